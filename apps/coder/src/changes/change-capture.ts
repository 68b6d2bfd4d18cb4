import type { Database } from "@boocode/db/database";
import { listPendingChanges, replacePendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { listSavesDuring } from "@boocode/db/stores/changes/edit-store";
import { findProject } from "@boocode/db/stores/project-store";
import { attributeChanges, type CapturedFile, type EditBatch } from "@boocode/shared/changes/attribute-changes";
import type { CapturedTurn } from "@boocode/shared/changes/captured-turn";
import { putRowsFirst } from "@boocode/shared/changes/staged/put-rows-first";
import { bringBackRows } from "@boocode/shared/changes/edits/bring-back-rows";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId, TaskId, WorktreeId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { SETUP_AUTHOR } from "@boocode/shared/worktrees/worktree-plan";
import type { GitOverlay } from "../platform/git/git-environment.ts";
import type { Git } from "../platform/git/git.ts";
import type { Locks } from "../platform/locks.ts";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Worktrees } from "../worktrees/worktrees.ts";
import { readPersonStart } from "./blame/read-checkpoints.ts";
import type { TreeChange } from "./compare/read-tree-changes.ts";
import { toChangeId } from "./compare/to-change-id.ts";
import { toNamedPath } from "./compare/to-named-path.ts";
import type { EndWrite, PreparedEnd } from "./edits/edit-plan.ts";
import { splitTurn } from "./edits/split-turn.ts";
import { toOperation } from "./compare/to-operation.ts";
import { listPaths, TreeComparer } from "./compare/tree-comparer.ts";

export interface CaptureDeps {
  db: Database;
  git: Git;
  locks: Locks;
  worktrees: Worktrees;
  /** Shared, so that no difference is computed twice; default: its own. */
  comparer?: TreeComparer;
}

/** What a worktree's setup changed, given by the trees of the checkpoints before and after it. */
export type CapturedSetup = Pick<CapturedTurn, "before" | "after">;

export interface CaptureInput {
  /** The turn to capture. Without it and without `setup`, everything since the last agent's checkpoint is the person's. */
  task?: CapturedTurn;
  setup?: CapturedSetup;
}

/** What is captured at the end of an edit. */
export interface Recapture {
  /** The tree that BooCode itself is about to put on top of the checkpoints. */
  tree?: string;
  /** With `tree`: everything from this tree on is the person's. */
  personFrom?: string;
  /** The rows that there are, if they are known. */
  present?: readonly PendingChange[];
  /** The open worktree; default: it is opened. */
  overlay?: GitOverlay;
  /** Rows that an undo brings back, with their authors. */
  back?: readonly PendingChange[];
  /** Rows of what the edit has written to the worktree or brings back: their authors are the latest ones of their files. */
  latest?: readonly PendingChange[];
  /** Changes the authors of a row before anything else, for what the edit takes out of it. */
  revise?: (row: PendingChange) => PendingChange;
}

export interface Capture {
  /** All of the session's changes. */
  changes: PendingChange[];
  /** Paths that the turn itself changed, whether or not they still differ from the base. */
  paths: string[];
  /** Line counts of the turn's own changes. */
  additions: number;
  deletions: number;
}

/** Computes a session's pending changes, from its base to its last checkpoint, and attributes each. */
export class ChangeCapture {
  readonly #deps: CaptureDeps;
  readonly #comparer: TreeComparer;
  readonly #starts = new Map<WorktreeId, PersonStart>();
  /** The turn captured last in each worktree, as it began: a turn may be captured several times while it runs. */
  readonly #begun = new Map<WorktreeId, BegunTurn>();

  constructor(deps: CaptureDeps) {
    this.#deps = deps;
    this.#comparer = deps.comparer ?? new TreeComparer(deps.git);
  }

  /** Captures a session's changes; a session without a worktree has none. Faults: those of git; `project_not_found`. */
  capture(sessionId: SessionId, input: CaptureInput = {}): Promise<Capture> {
    // Captures are serialised, so that an older reading never overwrites a newer one.
    return this.#deps.locks.worktree({ sessionId }, () => this.#capture(sessionId, input));
  }

  /** Returns whether the pending changes are known to match the worktree's newest checkpoint. */
  isUpToDate({ id, lastCheckpoint }: Pick<Worktree, "id" | "lastCheckpoint">): boolean {
    return this.#starts.get(id)?.checkpoint === lastCheckpoint;
  }

  /** Does the work of {@link capture} for a caller that holds the worktree's lock. */
  captureHeld(sessionId: SessionId): Promise<Capture> {
    return this.#capture(sessionId, {});
  }

  /**
   * Computes the changes over another base or tree, which is about to be stored, and returns what stores them. The caller holds the
   * worktree's lock. Faults: those of {@link capture}.
   */
  async recapture(worktree: Worktree, { tree, personFrom, overlay, ...rows }: Recapture = {}): Promise<PreparedEnd> {
    const { worktrees } = this.#deps;
    const { sessionId } = worktree;
    if (sessionId === null) return { write: async () => {}, settle: async () => {} };
    const own = tree === undefined ? {} : { own: tree, ...(personFrom !== undefined && { personFrom }) };
    const read = await this.#read(worktree, { ...own, ...(overlay && { overlay }) });
    // The edit may yet fail, and then the files that are gone now are still missed.
    await worktrees.noteAlsoGone(worktree, read.gone);
    return {
      write: (tx, announce) => this.#store(tx, announce, sessionId, read, rows),
      settle: () => {
        // The rows of a turn's beginning are out of date: the next capture goes on from those that this has left.
        this.#begun.delete(worktree.id);
        return worktrees.noteGone(worktree, read.gone);
      },
    };
  }

  async #capture(sessionId: SessionId, input: CaptureInput): Promise<Capture> {
    const { db, worktrees } = this.#deps;
    const worktree = await worktrees.find(sessionId);
    if (!worktree || worktree.state === "creating") return { changes: [], paths: [], additions: 0, deletions: 0 };
    const read = await this.#read(worktree, input);
    await worktrees.noteGone(worktree, read.gone);
    const rows = this.#begunTurn(worktree, input)?.rows ?? (await listPendingChanges(db.read, sessionId));
    const changes = await db.write("full", (tx, announce) => this.#store(tx, announce, sessionId, read, { present: rows }));
    const { turn, start, personStart } = read;
    this.#starts.set(worktree.id, start);
    if (input.task) this.#begun.set(worktree.id, { taskId: input.task.id, rows, personStart });
    else this.#begun.delete(worktree.id);
    return {
      changes,
      paths: [...new Set(turn.map(({ path }) => BytePath.toText(path)))],
      additions: turn.reduce((sum, change) => sum + change.additions, 0),
      deletions: turn.reduce((sum, change) => sum + change.deletions, 0),
    };
  }

  #begunTurn({ id }: Worktree, { task }: CaptureInput): BegunTurn | null {
    const begun = this.#begun.get(id);
    return task !== undefined && begun?.taskId === task.id ? begun : null;
  }

  /** Reads from git what differs, and who changed it. */
  async #read(worktree: Worktree, input: CaptureInput & { own?: string; personFrom?: string; overlay?: GitOverlay }): Promise<ReadChanges> {
    const { db, git } = this.#deps;
    const overlay = input.overlay ?? (await this.#open(worktree));

    const go = input.task ?? input.setup;
    const after = go?.after ?? input.own ?? (await this.#comparer.readTree(overlay, worktree.lastCheckpoint ?? worktree.baseCommit));
    const before = go?.before ?? after;
    const start = this.#starts.get(worktree.id);
    // Either there is no newer checkpoint, or the turn began with exactly the bytes at which the last one ended: the person changed nothing
    // in between.
    const isStill = input.own === undefined && before === after && start?.checkpoint === worktree.lastCheckpoint;
    // What BooCode writes itself is nobody's, and all before it has been captured.
    const isKnown = input.own !== undefined;
    const begun = this.#begunTurn(worktree, input);
    const personStart = begun
      ? begun.personStart
      : isKnown
        ? (input.personFrom ?? before)
        : start && (isStill || start.tree === before)
          ? start.tree
          : await readPersonStart(git, overlay, worktree, before);
    const [pending, changed, persons, pendingBefore] = await this.#comparer.compare(overlay, [
      [worktree.baseTree, after],
      [before, after],
      [personStart, before],
      [worktree.baseTree, before],
    ] as const);
    const by = toAuthor(worktree, input);
    const saves = input.task ? await listSavesDuring(db.read, worktree.sessionId!, input.task.id) : [];
    const { agents, early, late } = splitTurn(changed, saves);
    const batches: EditBatch[] = [toBatch(persons, null), { ...toBatch(early, null), isDuring: true }];
    if (by !== null) batches.push(toBatch(agents, by));
    batches.push({ ...toBatch(late, null), isDuring: true });
    return {
      gone: listGone(pending),
      files: pending.map((change) => toCapturedFile(worktree, change)),
      stillPending: new Set(listPaths(pendingBefore).map(BytePath.toText)),
      batches,
      turn: agents,
      personStart,
      start: { checkpoint: worktree.lastCheckpoint, tree: before === after ? personStart : after },
    };
  }

  async #open(worktree: Worktree): Promise<GitOverlay> {
    const { db, worktrees } = this.#deps;
    const project = await findProject(db.read, worktree.projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
    return (await worktrees.openRaw(worktree, project.path)).overlay;
  }

  async #store(...[tx, announce, sessionId, read, rows = {}]: StoreInput): Promise<PendingChange[]> {
    const { files, stillPending, batches } = read;
    const { back = [], latest = [], revise = (row) => row } = rows;
    const present = (rows.present ?? (await listPendingChanges(tx, sessionId))).map(revise);
    const previous = putRowsFirst(bringBackRows(present, back), latest);
    // What is exactly as it was has the authors that it had, and those who are known to have made it so again.
    const former = new Map(back.map((row) => [row.id, row]));
    const again = latest.filter(({ id }) => former.has(id));
    const byId = new Map([...former, ...putRowsFirst([...former.values()], again).map((row) => [row.id, row] as const)]);
    const attributed = attributeChanges({ sessionId, previous, stillPending, files, batches }).map((row) => byId.get(row.id) ?? row);
    await replacePendingChanges(tx, sessionId, attributed);
    announce.changed(
      "changes",
      attributed.map(({ id }) => id),
      sessionId,
    );
    return attributed;
  }
}

/** A worktree's newest checkpoint, and the tree of the newest checkpoint that was not the person's. */
interface PersonStart {
  checkpoint: string | null;
  tree: string;
}

/** What git says about a session's changes. */
interface ReadChanges {
  /** The files of the base that the worktree no longer has. */
  gone: readonly BytePath[];
  files: readonly CapturedFile[];
  stillPending: ReadonlySet<string>;
  batches: readonly EditBatch[];
  /** What the captured turn itself changed. */
  turn: readonly TreeChange[];
  personStart: string;
  start: PersonStart;
}

type StoreInput = [...Parameters<EndWrite>, sessionId: SessionId, read: ReadChanges, rows?: Omit<Recapture, "tree">];

/** A turn as its first capture found it. */
interface BegunTurn {
  taskId: TaskId;
  rows: PendingChange[];
  personStart: string;
}

/** Lists the files of the base that the worktree no longer has. */
function listGone(pending: readonly TreeChange[]): BytePath[] {
  return pending.flatMap(({ path, previousPath, newMode }) => (newMode === null ? [path] : previousPath === null ? [] : [previousPath]));
}

function toBatch(changes: readonly TreeChange[], by: EditBatch["by"]): EditBatch {
  const renamed = changes.flatMap(({ path, previousPath }) =>
    previousPath === null ? [] : [[BytePath.toText(path), BytePath.toText(previousPath)] as const],
  );
  return { paths: new Set(listPaths(changes).map(BytePath.toText)), renames: new Map(renamed), by };
}

/** Returns the author of the captured edit batch; null if there was none. */
function toAuthor(worktree: Worktree, { task, setup }: CaptureInput): EditBatch["by"] {
  if (!task) return setup ? { agent: SETUP_AUTHOR, chatId: null, taskId: null, namedPaths: new Set() } : null;
  const namedPaths = new Set(task.namedPaths.map((path) => toNamedPath(worktree.path, path)));
  return { agent: task.agent, chatId: task.chatId, taskId: task.id, namedPaths };
}

function toCapturedFile(worktree: Worktree, change: TreeChange): CapturedFile {
  const { additions, deletions, binary } = change;
  return {
    id: toChangeId(worktree.id, change),
    path: BytePath.toText(change.path),
    ...(change.previousPath !== null && { previousPath: BytePath.toText(change.previousPath) }),
    operation: toOperation(change),
    additions,
    deletions,
    binary,
  };
}
