import type { Database } from "@boocode/db/database";
import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { findProject } from "@boocode/db/stores/project-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { findTask } from "@boocode/db/stores/chats/task-store";
import { AGENT_TRACE_VERSION, type AgentTrace, type TraceFile } from "@boocode/shared/changes/agent-trace";
import { stagedState } from "@boocode/shared/changes/staged/staged-edit";
import { toTraceFile } from "@boocode/shared/changes/to-trace-file";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ChangeId, SessionId, TaskId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";
import type { Time } from "../../platform/time.ts";
import type { Worktrees } from "../../worktrees/worktrees.ts";
import { readTip } from "../blame/read-checkpoints.ts";
import { withoutFiles } from "../compare/read-tree-changes.ts";
import type { ChangeDiffs } from "../diffs/change-diffs.ts";
import { EditPlace } from "../edits/files/edit-place.ts";
import { storeMovedTree } from "../edits/store-own-tree.ts";
import type { StagedEdits } from "../staged/staged-edits.ts";

export interface ChangeExportDeps {
  db: Database;
  git: Git;
  worktrees: Worktrees;
  staged: Pick<StagedEdits, "list">;
  changeDiffs: Pick<ChangeDiffs, "list">;
  time: Pick<Time, "now">;
  /** Makes a random UUID. */
  newUuid: () => string;
  /** Of BooCode. */
  version: string;
  /** Of line ranges in a trace; default 200,000. */
  maxRanges?: number;
}

/** A patch as a file. */
export interface ExportedPatch {
  name: string;
  /** Its bytes, in base 64: a patch contains the bytes of the files, in whatever encoding. Empty if nothing is pending. */
  base64: string;
}

const MAX_PATCH_BYTES = 16 * 1024 * 1024;
const MAX_RANGES = 200_000;
const LIMIT_MS = 60_000;
/** Changes whose authors are found at once. */
const TOGETHER = 100;
/** How often a trace is begun again because the changes have changed meanwhile. */
const ATTEMPTS = 3;

/** Hands out what is pending in a session in formats of others. */
export class ChangeExport {
  readonly #deps: ChangeExportDeps;

  constructor(deps: ChangeExportDeps) {
    this.#deps = deps;
  }

  /**
   * Returns all pending changes of a session as one patch for `git apply`: those in the worktree as of the newest checkpoint, and the staged
   * ones over them.
   *
   * Faults: `session_not_found`, `worktree_not_made`, `git_output_too_large`, those of git.
   */
  async patch(sessionId: SessionId): Promise<ExportedPatch> {
    const { git, worktrees, staged } = this.#deps;
    const { worktree, projectPath } = await this.#require(sessionId);
    const place = await EditPlace.open(worktrees, worktree, projectPath);
    const { tree } = await readTip(git, place.overlay, worktree);
    const edits = (await staged.list(sessionId)).map((edit) => ({
      path: BytePath.toBytes(BytePath.ofText(edit.path)),
      from: edit.base,
      to: stagedState(edit),
    }));
    const all = await storeMovedTree(place, tree, edits);
    const argv = ["diff-tree", "-r", "-p", "-M", "--binary", "--full-index", "--src-prefix=a/", "--dst-prefix=b/", worktree.baseTree, all];
    const { stdout } = await git.read(place.overlay.gitDir, argv, {
      overlay: withoutFiles(place.overlay),
      maxOutputBytes: MAX_PATCH_BYTES,
      limitMs: LIMIT_MS,
    });
    return { name: `${sessionId}.patch`, base64: stdout.toString("base64") };
  }

  /**
   * Returns who wrote which lines of the changed files at the newest checkpoint, in the Agent Trace format. Files whose lines are not traced
   * are left out, as are staged changes, which are in no commit.
   *
   * Faults: `session_not_found`, `worktree_not_made`, `too_many` line ranges, `stale_change` if the changes do not come to rest, those of git.
   */
  async trace(sessionId: SessionId): Promise<AgentTrace> {
    const { time, newUuid, version } = this.#deps;
    for (let attempt = 1; ; attempt++) {
      const { worktree } = await this.#require(sessionId);
      const files = await this.#traceFiles(sessionId);
      const { worktree: now } = await this.#require(sessionId);
      const isSame = now.lastCheckpoint === worktree.lastCheckpoint && now.baseTree === worktree.baseTree;
      if (files.kind === "files" && isSame) {
        return {
          version: AGENT_TRACE_VERSION,
          id: newUuid(),
          timestamp: new Date(time.now()).toISOString(),
          vcs: { type: "git", revision: worktree.lastCheckpoint ?? worktree.baseCommit },
          tool: { name: "BooCode", version },
          files: files.files,
        };
      }
      if (attempt === ATTEMPTS) throw new DomainError({ kind: "stale_change", changeId: files.kind === "gone" ? files.changeId : "" });
    }
  }

  async #traceFiles(sessionId: SessionId): Promise<{ kind: "files"; files: TraceFile[] } | { kind: "gone"; changeId: ChangeId }> {
    const { db, changeDiffs, maxRanges = MAX_RANGES } = this.#deps;
    let ranges = 0;
    const models = new Map<TaskId, string>();
    const files: TraceFile[] = [];
    let left = (await listPendingChanges(db.read, sessionId)).map(({ id }) => id);
    while (left.length > 0) {
      const { diffs, more, gone } = await changeDiffs.list(sessionId, left.slice(0, TOGETHER));
      if (gone[0] !== undefined) return { kind: "gone", changeId: gone[0] };
      left = [...more, ...left.slice(TOGETHER)];
      for (const { blame } of diffs) {
        for (const { taskId } of blame.writers) {
          if (taskId !== null && !models.has(taskId)) models.set(taskId, (await findTask(db.read, taskId))?.model ?? "");
        }
        const file = toTraceFile(blame, (taskId) => models.get(taskId) ?? "");
        if (file) files.push(file);
        ranges += file?.conversations.reduce((sum, conversation) => sum + conversation.ranges.length, 0) ?? 0;
        if (ranges > maxRanges) throw new DomainError({ kind: "too_many", what: "line ranges", limit: maxRanges });
      }
    }
    return { kind: "files", files };
  }

  async #require(sessionId: SessionId): Promise<{ worktree: Worktree; projectPath: string }> {
    const { db, worktrees } = this.#deps;
    const session = await findSession(db.read, sessionId);
    if (!session || session.deletedAt !== null) throw new DomainError({ kind: "session_not_found", sessionId });
    const worktree = await worktrees.find(sessionId);
    if (!worktree || worktree.state === "creating") throw new DomainError({ kind: "worktree_not_made", sessionId });
    const project = await findProject(db.read, worktree.projectId);
    if (!project) throw new DomainError({ kind: "project_not_found", projectId: worktree.projectId });
    return { worktree, projectPath: project.path };
  }
}
