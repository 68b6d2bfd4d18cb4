import { lstat } from "node:fs/promises";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import { isSameState, type FileState } from "@boocode/shared/changes/edits/file-edit";
import type { FoundState } from "@boocode/shared/changes/edits/found-state";
import { decideStale, listAuthors } from "@boocode/shared/changes/staged/decide-stage";
import { stagedState, type StagedEdit } from "@boocode/shared/changes/staged/staged-edit";
import type { SessionId, TaskId } from "@boocode/shared/ids";
import type { Git } from "../../platform/git/git.ts";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { RawWorktree } from "../../worktrees/checkpoints/raw-worktree.ts";
import type { TreeChange } from "../compare/read-tree-changes.ts";
import { toStagedChangeId } from "../compare/to-change-id.ts";
import { toOperation } from "../compare/to-operation.ts";
import { toIdentity } from "../edits/files/disk-reader.ts";
import { StateComparer, type StatePair } from "./compare-states.ts";
import { openDiskReader } from "./open-disk-reader.ts";
import type { StagedEdits } from "./staged-edits.ts";

/** One row of the list, and the edits behind it: two for a renamed file. */
export interface StagedChange {
  row: PendingChange;
  change: TreeChange;
  edits: StagedEdit[];
}

/** What a turn changed, in figures. */
export interface TurnCounts {
  paths: string[];
  additions: number;
  deletions: number;
}

/** How many files' states are remembered between two lists. */
const MAX_KNOWN = 5_000;

/** The staged edits as rows of the list of changes. */
export class StagedChanges {
  readonly #staged: StagedEdits;
  readonly #comparer: StateComparer;
  /** What was last found at a file, by its absolute path, valid while its identity is the same. */
  readonly #known = new Map<string, { identity: string; found: FoundState }>();

  constructor(deps: { git: Git; staged: StagedEdits }) {
    this.#staged = deps.staged;
    this.#comparer = new StateComparer(deps.git);
  }

  /** Lists a session's staged changes, ordered by path. Faults: those of git. */
  async list(sessionId: SessionId): Promise<StagedChange[]> {
    const edits = await this.#staged.list(sessionId);
    if (edits.length === 0) return [];
    const { worktree, raw } = await this.#staged.open(sessionId);
    const byPath = new Map(edits.map((edit) => [edit.path, edit]));
    const pairs = edits.map((edit): StatePair => ({ path: edit.path, from: edit.base, to: stagedState(edit) }));
    const [changes, stale] = await Promise.all([this.#comparer.compare(raw.overlay, pairs), this.#listStale(raw, edits)]);
    return changes.map(({ change, pairs: of }) => {
      const behind = of.map(({ path }) => byPath.get(path)!);
      const { agents, chatIds, taskIds } = listAuthors(behind);
      const { additions, deletions, binary } = change;
      const row: PendingChange = {
        id: toStagedChangeId(worktree.id, change),
        sessionId,
        path: BytePath.toText(change.path),
        ...(change.previousPath !== null && { previousPath: BytePath.toText(change.previousPath) }),
        operation: toOperation(change),
        location: "staged",
        agent: agents[0]!,
        agents,
        chatIds,
        taskIds,
        additions,
        deletions,
        binary,
        evidence: "tool",
        state: "pending",
        stale: behind.some(({ path }) => stale.has(path)),
      };
      return { row, change, edits: behind };
    });
  }

  /** Adds what a turn staged to what it changed on disk: its paths, how many of them are only staged, and its lines added and deleted. Faults: those of git. */
  async addTurn(sessionId: SessionId, taskId: TaskId, written: TurnCounts): Promise<TurnCounts & { staged: number }> {
    const changes = await this.listTurn(sessionId, taskId);
    const paths = [...new Set([...written.paths, ...changes.map(({ path }) => BytePath.toText(path))])];
    return {
      paths,
      staged: paths.length - new Set(written.paths).size,
      additions: changes.reduce((sum, change) => sum + change.additions, written.additions),
      deletions: changes.reduce((sum, change) => sum + change.deletions, written.deletions),
    };
  }

  /** What one turn staged, as far as it is still staged, ordered by path. Faults: those of git. */
  async listTurn(sessionId: SessionId, taskId: TaskId): Promise<TreeChange[]> {
    const pairs = (await this.#staged.list(sessionId)).flatMap((edit) => toTurnPair(edit, taskId) ?? []);
    if (pairs.length === 0) return [];
    const { raw } = await this.#staged.open(sessionId);
    return (await this.#comparer.compare(raw.overlay, pairs)).map(({ change }) => change);
  }

  /** The paths whose content in the worktree is neither what the edit was made over nor what is staged. */
  async #listStale(raw: RawWorktree, edits: readonly StagedEdit[]): Promise<Set<string>> {
    const states = await this.#readStates(
      raw,
      edits.map(({ path }) => path),
    );
    const stale = edits.filter((edit, at) => decideStale({ base: edit.base, after: stagedState(edit), worktree: states[at]! }));
    return new Set(stale.map(({ path }) => path));
  }

  /** The state of each path in the worktree. What is no file counts as a content of its own, unless it is a folder and nothing is expected. */
  async #readStates(raw: RawWorktree, paths: readonly string[]): Promise<FileState[]> {
    const reader = await openDiskReader(raw);
    return Promise.all(
      paths.map(async (path) => {
        const bytes = BytePath.ofText(path);
        const file = BytePath.toFile(raw.path, bytes);
        const stats = await lstat(file, { bigint: true }).catch(() => null);
        const identity = stats ? toIdentity(stats) : null;
        const key = `${raw.path}/${path}`;
        const known = this.#known.get(key);
        if (known && known.identity === identity) return toState(known.found);
        const { state: found, identity: now } = await reader.read({ path: BytePath.toBytes(bytes), like: [] });
        this.#known.delete(key);
        if (now !== null) this.#known.set(key, { identity: now, found });
        for (const oldest of this.#known.keys()) {
          if (this.#known.size <= MAX_KNOWN) break;
          this.#known.delete(oldest);
        }
        return toState(found);
      }),
    );
  }
}

/** Where nothing can be staged over there is a content that no edit has. */
const SOMETHING_ELSE: FileState = { mode: "160000", oid: "0".repeat(40) };

function toState(found: FoundState): FileState {
  if (found.kind === "file") return found.state;
  // Deleted and added files may swap places with folders; the write itself looks closer.
  return found.kind === "nothing" || found.kind === "folder" || found.kind === "blocked" ? null : SOMETHING_ELSE;
}

/** What a turn made of a file: from what was there before its first step to its last one. Null if it made nothing of it. */
function toTurnPair({ path, base, steps }: StagedEdit, taskId: TaskId): StatePair | null {
  const first = steps.findIndex((step) => step.taskId === taskId);
  if (first < 0) return null;
  const from = steps[first - 1]?.after ?? (first === 0 ? base : null);
  const to = steps.findLast((step) => step.taskId === taskId)!.after;
  return isSameState(from, to) ? null : { path, from, to };
}
