import { z } from "zod";
import { ConflictReason } from "../changes/edits/conflict-reason.ts";
import { StagingRefusal } from "../changes/staged/staging-refusal.ts";
import { FileRefusal } from "../files/file-refusal.ts";
import { SettledBy } from "../agents/permissions/permission-option.ts";
import { BudgetUse } from "../usage/budget.ts";
import { GitAction } from "../git/git-status.ts";
import { AdoptRefusal } from "../worktrees/adopting/adopt-refusal.ts";
import { RiskOperation, RiskProcess, RiskReport } from "../worktrees/risk-report.ts";

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
  // A file that is not stored, or not any more: it was attached to a prompt that was not sent for a long time, or its chat was deleted for good.
  z.object({ kind: z.literal("blob_not_found"), blobId: z.string() }),
  // The files of one prompt together.
  z.object({ kind: z.literal("attachments_too_large"), bytes: z.number(), maxBytes: z.number() }),
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
  // `sessions`: all that are not deleted, of which `archived` are archived; `orphans`: worktrees of no session; `trashed`: deletions in the
  // trash.
  z.object({
    kind: z.literal("project_busy"),
    projectId: z.string(),
    sessions: z.number(),
    archived: z.number(),
    orphans: z.number(),
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
  // `what`: the path or the branch. `sessionId`: the session that has it; `at`: the folder in which the branch is checked out.
  z.object({
    kind: z.literal("not_adoptable"),
    what: z.string(),
    because: AdoptRefusal,
    sessionId: z.string().nullable(),
    at: path.nullable(),
  }),
  z.object({ kind: z.literal("chat_not_found"), chatId: z.string() }),
  z.object({ kind: z.literal("chat_closed"), chatId: z.string() }),
  z.object({ kind: z.literal("chat_required") }),
  z.object({ kind: z.literal("task_not_found"), taskId: z.string() }),
  z.object({ kind: z.literal("task_not_queued"), taskId: z.string(), state: z.string() }),
  // Its turn met no usage limit that names a time, or its chat is closed.
  z.object({ kind: z.literal("not_continuable"), taskId: z.string() }),
  // A prompt cannot be sent now, because this budget is used up.
  BudgetUse.omit({ level: true }).extend({ kind: z.literal("budget_used_up") }),
  // A skill that a prompt calls is not there, or cannot be read.
  z.object({ kind: z.literal("skill_unusable"), name: z.string(), reason }),
  // The agent takes no words during a turn.
  z.object({ kind: z.literal("steer_unsupported"), agent: z.string() }),
  z.object({ kind: z.literal("queue_full"), sessionId: z.string(), limit: z.number() }),
  z.object({ kind: z.literal("too_many"), what: z.string(), limit: z.number() }),
  // Agents and models
  z.object({ kind: z.literal("agent_not_found"), agent: z.string() }),
  z.object({ kind: z.literal("agent_unavailable"), agent: z.string(), hint: z.string() }),
  /** The agent has no account to work with. `ways`: the agent's own names of its login methods. */
  z.object({ kind: z.literal("login_required"), agent: z.string(), ways: z.array(z.string()) }),
  /** It works or asks, what it started still runs, or it is being updated. */
  z.object({ kind: z.literal("agent_in_use"), agent: z.string(), because: z.enum(["busy", "permission", "programs", "update"]) }),
  z.object({ kind: z.literal("endpoint_not_found"), endpointId: z.string() }),
  // The file with the endpoints of the settings. `reason`: a sentence.
  z.object({ kind: z.literal("endpoints_unusable"), reason }),
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
  // Terminals
  z.object({ kind: z.literal("terminal_not_found"), terminalId: z.string() }),
  // Its program has ended.
  z.object({ kind: z.literal("terminal_ended"), terminalId: z.string() }),
  // Its program reads nothing, and as much as may wait for it was typed already. Nothing was typed.
  z.object({ kind: z.literal("terminal_full"), terminalId: z.string() }),
  // Programs run in it, which would be ended.
  z.object({ kind: z.literal("terminal_busy"), terminalId: z.string(), programs: z.array(RiskProcess) }),
  // The system starts no terminal. `reason`: its message.
  z.object({ kind: z.literal("terminal_refused"), reason }),
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
  // A file that is not opened, or not written. `limit`: a number of bytes or files, for `too_large` and `too_many`.
  z.object({ kind: z.literal("file_refused"), path, because: FileRefusal, limit: z.number().nullable() }),
  // The pattern of a search is none. `reason`: git's words.
  z.object({ kind: z.literal("pattern_refused"), reason }),
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
  // Git from the page. Another one runs in this terminal.
  z.object({ kind: z.literal("git_busy"), sessionId: z.string(), terminalId: z.string(), action: GitAction }),
  // What is there is not what was shown.
  z.object({ kind: z.literal("git_status_changed"), sessionId: z.string() }),
  z.object({ kind: z.literal("git_nothing"), sessionId: z.string(), to: z.enum(["commit", "push", "update", "propose"]) }),
  z.object({ kind: z.literal("git_identity_missing"), missing: z.array(z.enum(["name", "email"])) }),
  // HEAD is on no branch.
  z.object({ kind: z.literal("git_detached"), sessionId: z.string() }),
  // Git is in the middle of something.
  z.object({ kind: z.literal("git_operation"), sessionId: z.string(), operation: RiskOperation }),
  z.object({ kind: z.literal("git_no_operation"), sessionId: z.string() }),
  // Git's marks of a conflict are still in these files.
  z.object({ kind: z.literal("git_unresolved"), sessionId: z.string(), paths: z.array(path) }),
  // There is no remote, or several (`remotes`) and none is chosen.
  z.object({ kind: z.literal("git_no_remote"), sessionId: z.string(), remotes: z.array(z.string()) }),
  // The session began at a tag or a commit, or its base branch is gone.
  z.object({ kind: z.literal("git_no_base"), sessionId: z.string() }),
  z.object({ kind: z.literal("git_diverged"), sessionId: z.string(), upstream: z.string(), ahead: z.number(), behind: z.number() }),
  // Uncommitted work that an update would have to overwrite. `count`: of all of them.
  z.object({
    kind: z.literal("git_in_the_way"),
    sessionId: z.string(),
    how: z.enum(["merge", "rebase"]),
    paths: z.array(path),
    count: z.number(),
  }),
  z.object({ kind: z.literal("git_not_pushed"), sessionId: z.string(), branch: z.string() }),
  // The remote's host has no page that BooCode knows, and `gh` is not there.
  z.object({ kind: z.literal("git_no_page"), sessionId: z.string() }),
  // The model wrote no message. `reason`: a sentence.
  z.object({ kind: z.literal("message_not_proposed"), reason }),
  // The daemon itself
  z.object({ kind: z.literal("shutting_down") }),
  z.object({ kind: z.literal("storage_failed"), reason }),
]);
export type Fault = z.infer<typeof Fault>;
export type FaultKind = Fault["kind"];
