import { z } from "zod";
import { ConflictReason } from "../changes/edits/conflict-reason.ts";
import { StagingRefusal } from "../changes/staged/staging-refusal.ts";
import { SettledBy } from "../agents/permissions/permission-option.ts";
import { RiskReport } from "../worktrees/risk-report.ts";

const path = z.string();
const reason = z.string();

/**
 * An expected failure, as data. It has the same shape in a log line, on the wire and in the page's switch. The page has the words a person
 * reads (`explain-fault.ts`).
 */
export const Fault = z.discriminatedUnion("kind", [
  // Access
  z.object({ kind: z.literal("unauthorized") }),
  z.object({ kind: z.literal("token_not_found"), tokenId: z.string() }),
  z.object({ kind: z.literal("token_fixed") }),
  z.object({ kind: z.literal("daemon_token_required") }),
  // Input
  z.object({ kind: z.literal("invalid_input"), issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  z.object({ kind: z.literal("body_too_large"), maxBytes: z.number() }),
  z.object({ kind: z.literal("prompt_empty") }),
  z.object({ kind: z.literal("prompt_too_large"), bytes: z.number(), maxBytes: z.number() }),
  z.object({ kind: z.literal("prompt_conflict"), promptId: z.string() }),
  // Projects
  z.object({ kind: z.literal("path_not_found"), path }),
  z.object({ kind: z.literal("path_not_absolute"), path }),
  z.object({ kind: z.literal("not_a_directory"), path }),
  z.object({ kind: z.literal("path_unreadable"), path, reason }),
  z.object({ kind: z.literal("not_a_repository"), path }),
  z.object({ kind: z.literal("bare_repository"), path }),
  z.object({ kind: z.literal("no_commits"), path }),
  z.object({ kind: z.literal("inside_data_dir"), path }),
  z.object({ kind: z.literal("project_not_found"), projectId: z.string() }),
  // The project's folder, or the repository in it, is no longer at its registered path.
  z.object({ kind: z.literal("project_gone"), path }),
  // `sessions`: all that are not deleted, of which `archived` are archived; `trashed`: deletions in the trash.
  z.object({
    kind: z.literal("project_busy"),
    projectId: z.string(),
    sessions: z.number(),
    archived: z.number(),
    trashed: z.number(),
  }),
  z.object({ kind: z.literal("project_not_trusted"), agent: z.string() }),
  z.object({ kind: z.literal("trust_changed"), projectId: z.string() }),
  z.object({ kind: z.literal("trust_unknown"), projectId: z.string(), reason }),
  // Sessions, chats, tasks
  z.object({ kind: z.literal("session_not_found"), sessionId: z.string() }),
  z.object({ kind: z.literal("session_archived"), sessionId: z.string() }),
  // Its deletion has begun.
  z.object({ kind: z.literal("session_deleting"), sessionId: z.string() }),
  z.object({ kind: z.literal("session_busy"), sessionId: z.string(), openTasks: z.number() }),
  z.object({ kind: z.literal("base_ref_not_found"), baseRef: z.string() }),
  z.object({ kind: z.literal("chat_not_found"), chatId: z.string() }),
  z.object({ kind: z.literal("chat_closed"), chatId: z.string() }),
  z.object({ kind: z.literal("chat_required") }),
  z.object({ kind: z.literal("task_not_found"), taskId: z.string() }),
  z.object({ kind: z.literal("task_not_queued"), taskId: z.string(), state: z.string() }),
  z.object({ kind: z.literal("queue_full"), sessionId: z.string(), limit: z.number() }),
  z.object({ kind: z.literal("too_many"), what: z.string(), limit: z.number() }),
  // Agents and models
  z.object({ kind: z.literal("agent_not_found"), agent: z.string() }),
  z.object({ kind: z.literal("agent_unavailable"), agent: z.string(), hint: z.string() }),
  /** The agent has no account to work with. `ways`: the agent's own names of its login methods. */
  z.object({ kind: z.literal("login_required"), agent: z.string(), ways: z.array(z.string()) }),
  z.object({ kind: z.literal("endpoint_unreachable"), url: z.string(), reason }),
  z.object({ kind: z.literal("endpoint_refused"), url: z.string(), status: z.number(), reason }),
  // Permissions
  z.object({ kind: z.literal("permission_not_found"), permissionId: z.string() }),
  z.object({
    kind: z.literal("permission_settled"),
    permissionId: z.string(),
    /** The chosen option; null if cancelled. */
    optionId: z.string().nullable(),
    by: SettledBy,
  }),
  z.object({ kind: z.literal("rule_not_found"), ruleId: z.string() }),
  z.object({ kind: z.literal("rule_refused") }),
  // Worktrees, changes, git
  z.object({ kind: z.literal("worktree_not_made"), sessionId: z.string() }),
  z.object({ kind: z.literal("worktree_missing"), sessionId: z.string(), path }),
  // `found`: what git resolves it to instead.
  z.object({ kind: z.literal("worktree_elsewhere"), path, found: z.string() }),
  z.object({ kind: z.literal("worktree_not_repairable"), sessionId: z.string(), reason }),
  z.object({ kind: z.literal("worktree_busy"), sessionId: z.string(), taskId: z.string() }),
  // Something would be lost. `consent`: what a forced delete of exactly this must name.
  z.object({ kind: z.literal("work_at_risk"), reports: z.array(RiskReport), consent: z.string() }),
  // Something could not be read, which is never safe.
  z.object({ kind: z.literal("risk_unknown"), reason, reports: z.array(RiskReport), consent: z.string() }),
  // Nothing was moved, or all was brought back: the file system or the repository refused. `reason`: a sentence.
  z.object({ kind: z.literal("delete_refused"), path, reason }),
  z.object({ kind: z.literal("trash_not_found"), trashId: z.string() }),
  z.object({ kind: z.literal("trash_not_restorable"), trashId: z.string(), reason }),
  z.object({ kind: z.literal("stash_not_found"), stashId: z.string() }),
  z.object({ kind: z.literal("change_not_found"), changeId: z.string() }),
  z.object({ kind: z.literal("stale_change"), changeId: z.string() }),
  // Nothing was written: the project's checkout has other content at these paths. One entry for each conflict.
  z.object({
    kind: z.literal("apply_conflict"),
    paths: z.array(path),
    conflicts: z.array(z.object({ changeId: z.string(), path, because: ConflictReason })),
  }),
  // Nothing was written, or all was taken back: these paths no longer have the content that the edit expects.
  z.object({ kind: z.literal("moved_on"), paths: z.array(path) }),
  z.object({ kind: z.literal("edit_not_found"), editId: z.string() }),
  // Nothing was written, because the file system refused.
  z.object({ kind: z.literal("edit_refused"), path, reason }),
  // An edit that a crash interrupted and that could not be finished; a person decides.
  z.object({ kind: z.literal("edit_needs_attention"), editId: z.string(), paths: z.array(path) }),
  z.object({ kind: z.literal("turn_not_restorable"), taskId: z.string(), reason }),
  // A later turn or the person has changed what the turn to be restored wrote.
  z.object({ kind: z.literal("later_work"), paths: z.array(path), consent: z.string() }),
  z.object({ kind: z.literal("comment_not_found"), commentId: z.string() }),
  // An edit that cannot be staged. `limit`: a number of bytes or files, for `too_large` and `full`.
  z.object({ kind: z.literal("staging_refused"), path, because: StagingRefusal, limit: z.number().nullable() }),
  // `oid`: the content that the file has now; null if there is no file.
  z.object({ kind: z.literal("file_changed"), path, oid: z.string().nullable() }),
  z.object({ kind: z.literal("git_unavailable"), reason }),
  z.object({ kind: z.literal("git_failed"), command: z.string(), exitCode: z.number().nullable(), stderrTail: z.string() }),
  z.object({ kind: z.literal("git_timed_out"), command: z.string(), limitMs: z.number() }),
  z.object({ kind: z.literal("git_output_too_large"), command: z.string(), maxBytes: z.number() }),
  // `ageMs`: the age of the lock; null if it has gone meanwhile.
  z.object({ kind: z.literal("git_locked"), path, ageMs: z.number().nullable() }),
  // A lock the person asked to remove. `holder`: who holds it, in words.
  z.object({ kind: z.literal("lock_kept"), path, because: z.enum(["changed", "young", "held", "unknown"]), holder: z.string().nullable() }),
  // `found`: where the ref points instead, if git reports it.
  z.object({ kind: z.literal("ref_moved"), ref: z.string(), found: z.string().nullable() }),
  // A ref that prevents git from creating refs below its name.
  z.object({ kind: z.literal("ref_in_the_way"), ref: z.string(), wanted: z.string() }),
  // The daemon itself
  z.object({ kind: z.literal("shutting_down") }),
  z.object({ kind: z.literal("storage_failed"), reason }),
]);
export type Fault = z.infer<typeof Fault>;
export type FaultKind = Fault["kind"];
