import type { Fault } from "@boocode/shared/faults/fault";
import { toCount } from "./describe-kept.ts";
import { explainAgentFault } from "./explain-agent-fault.ts";
import { explainDeleteFault } from "./explain-delete-fault.ts";
import { explainEditFault } from "./explain-edit-fault.ts";
import { explainGitFault } from "./explain-git-fault.ts";
import { explainKeptLock } from "./explain-kept-lock.ts";
import { explainFileRefusal } from "./explain-file-refusal.ts";
import { explainLimitFault } from "./explain-limit-fault.ts";
import { explainPlaceFault } from "./explain-place-fault.ts";
import { explainProjectFault } from "./explain-project-fault.ts";
import { explainStaging } from "./explain-staging.ts";

/** The text shown for a failure: what happened, what was kept, and what to do. */
export interface Explanation {
  /** What happened: a sentence without a full stop. */
  title: string;
  /** What to do, and what is safe. */
  hint: string;
  /** The action of a button, or null if no action helps. */
  action: FaultAction | null;
  /** The text for "Copy details", only for unexpected failures. */
  details?: string;
}

/** `retry`: repeat the request. `reload`: reload the data. `choose_agent`: choose another agent. `sign_in`: enter a token. */
export type FaultAction = "retry" | "reload" | "choose_agent" | "sign_in";

/** The text shown for a fault. */
export function explainFault(fault: Fault): Explanation {
  switch (fault.kind) {
    case "unauthorized":
      return say("This browser no longer has access", "Open the address that npm start printed, or paste its token.", "sign_in");
    case "token_not_found":
      return say("That access token has already been revoked", "The list has been refreshed.", "reload");
    case "token_fixed":
      return say(
        "The daemon's token is set by BOOCODE_TOKEN",
        "Change it there and start BooCode again. The old one still works until then.",
      );
    case "daemon_token_required":
      return say("Only the daemon's own token can sign a browser in", "Open the address that npm start printed, or paste its token.");
    case "invalid_input":
      return say("The input is not valid", fault.issues[0]?.message ?? "Check it and try again.");
    case "prompt_empty":
      return say("The message is empty", "Write what the agent should do.");
    case "prompt_too_large":
      return say(
        "The message is too long",
        `It is ${toSize(fault.bytes)}; the limit is ${toSize(fault.maxBytes)}. Your text is still in the composer.`,
      );
    case "prompt_conflict":
      return say("This message was already sent with different text", "Nothing was sent twice. Send it again as a new message.", "retry");
    case "path_not_found":
    case "path_not_absolute":
    case "not_a_directory":
    case "path_unreadable":
    case "not_a_repository":
    case "bare_repository":
    case "no_commits":
    case "inside_data_dir":
    case "project_not_found":
    case "project_gone":
    case "project_busy":
    case "project_not_trusted":
    case "trust_changed":
    case "trust_unknown":
      return explainProjectFault(fault);
    case "session_not_found":
      return say("There is no such session", "It may have been deleted in another window.", "reload");
    case "session_archived":
      return say("The session is archived", "Unarchive it to continue. Everything in it is kept.");
    case "session_busy":
      return say("An agent is still working in this session", `Stop its ${toCount(fault.openTasks, "task")}, or wait until they end.`);
    case "chat_not_found":
      return say("There is no such chat", "It may have been deleted in another window.", "reload");
    case "chat_closed":
      return say("The chat is closed", "Reopen it to continue. Your text is kept.");
    case "chat_required":
      return say("No chat was named", "Choose the chat this message belongs to.");
    case "task_not_found":
      return say("That message no longer exists", "The transcript has been refreshed.", "reload");
    case "task_not_queued":
      return say("The message is no longer waiting", `It is already ${fault.state}, so it cannot be changed.`, "reload");
    case "not_continuable":
      return say("This turn cannot be continued later", "No usage limit with a known end stopped it, or its chat is closed.", "reload");
    case "skill_unusable":
      return say(`The skill ${fault.name} cannot be used`, fault.reason);
    case "steer_unsupported":
      return say("This agent takes no messages during a turn", "Queue the message, or stop the turn and send it. Your text is kept.");
    case "body_too_large":
    case "queue_full":
    case "too_many":
    case "budget_used_up":
    case "blob_not_found":
    case "attachments_too_large":
      return explainLimitFault(fault);
    case "agent_not_found":
    case "agent_unavailable":
    case "agent_in_use":
    case "login_required":
      return explainAgentFault(fault);
    case "endpoint_not_found":
      return say("That endpoint no longer exists", "The list has been refreshed.", "reload");
    case "endpoints_unusable":
      return say("The endpoints of the settings cannot be used", fault.reason);
    case "endpoint_unreachable":
      return say("The model's endpoint does not answer", `${fault.url}: ${fault.reason}`, "retry");
    case "endpoint_refused":
      return say(`The model's endpoint answered ${fault.status}`, `${fault.url}: ${fault.reason}`, "retry");
    case "permission_not_found":
      return say("That question no longer exists", "The transcript has been refreshed.", "reload");
    case "permission_settled":
      return fault.by === "cancelled"
        ? say("This answer is no longer needed", "The turn that asked has ended or was stopped.", "reload")
        : say("This was already answered", "The first answer counts. It is shown with the question.", "reload");
    case "rule_not_found":
      return say("That rule has already been removed", "The list has been refreshed.", "reload");
    case "rule_refused":
      return say(
        "That cannot be allowed permanently",
        "It could run any other program, or touch files outside the worktree, so you are asked every time.",
      );
    case "terminal_not_found":
    case "terminal_ended":
    case "terminal_full":
    case "terminal_busy":
    case "terminal_refused":
    case "base_ref_not_found":
    case "not_adoptable":
    case "worktree_not_made":
    case "worktree_missing":
    case "worktree_elsewhere":
    case "worktree_not_repairable":
      return explainPlaceFault(fault);
    case "git_busy":
    case "git_status_changed":
    case "git_nothing":
    case "git_identity_missing":
    case "git_detached":
    case "git_operation":
    case "git_no_operation":
    case "git_unresolved":
    case "git_no_remote":
    case "git_no_base":
    case "git_diverged":
    case "git_in_the_way":
    case "git_not_pushed":
    case "git_no_page":
    case "message_not_proposed":
      return explainGitFault(fault);
    case "worktree_busy":
      return say("An agent is working in this worktree", "Wait for its turn to end, or stop it.", "retry");
    case "session_deleting":
    case "work_at_risk":
    case "risk_unknown":
    case "delete_refused":
    case "trash_not_found":
    case "trash_not_restorable":
    case "stash_not_found":
      return explainDeleteFault(fault);
    case "change_not_found":
      return say("That change is no longer pending", "The list has been refreshed.", "reload");
    case "stale_change":
      return say(
        "The file has changed in the meantime",
        "Nothing was done, because the diff you saw is out of date. Look at the new one.",
        "reload",
      );
    case "apply_conflict":
    case "moved_on":
    case "edit_not_found":
    case "edit_refused":
    case "edit_needs_attention":
    case "later_work":
    case "turn_not_restorable":
      return explainEditFault(fault);
    case "comment_not_found":
      return say("That comment is no longer there", "It was removed, or a prompt has carried it to an agent.", "reload");
    case "staging_refused":
      return say(`${fault.path} cannot be staged`, `${explainStaging(fault)} Nothing was staged.`);
    case "file_refused":
      return say(explainFileRefusal(fault), "Nothing was written.", fault.because === "missing" ? "reload" : null);
    case "pattern_refused":
      return say("That is not a pattern that git can search for", `${fault.reason}. Correct it, or search for the text itself.`);
    case "file_changed":
      return say(`${fault.path} has changed since you opened it`, "Nothing was overwritten. Open it again and repeat your edit.", "reload");
    case "git_unavailable":
      return say("Git cannot be run on this machine", `${fault.reason}. Install git 2.34 or newer, then try again.`, "retry");
    case "git_failed":
      return say("Git refused", fault.stderrTail.trim() || `${fault.command} ended with ${fault.exitCode ?? "a signal"}.`, "retry");
    case "git_timed_out":
      return say(
        "Git took too long",
        `${fault.command} was stopped after ${Math.round(fault.limitMs / 1_000)} s. Nothing was changed.`,
        "retry",
      );
    case "git_output_too_large":
      return say("Git's output was too large", `${fault.command} printed more than ${toSize(fault.maxBytes)}.`);
    case "git_locked":
      return say(
        "Another git process is using the repository",
        `${fault.path} ${fault.ageMs === null ? "was in the way" : `has been there for ${toAge(fault.ageMs)}`}. The session shows it, and whether it can be removed.`,
        "retry",
      );
    case "lock_kept":
      return say("The lock stays where it is", explainKeptLock(fault), "reload");
    case "ref_moved":
      return say(
        "The branch has moved in the meantime",
        `${fault.ref} ${fault.found === null ? "is no longer where it was when this started" : `is now at ${fault.found.slice(0, 10)}`}. Nothing was changed.`,
        "retry",
      );
    case "ref_in_the_way":
      return say(
        `A ref called ${fault.ref} is in the way`,
        `Git cannot create ${fault.wanted} next to it. Rename it: git update-ref ${fault.ref}-old ${fault.ref} && git update-ref -d ${fault.ref}`,
        "retry",
      );
    case "shutting_down":
      return say("BooCode is shutting down", "Start it again with npm start. Everything that was sent is kept.", "retry");
    case "storage_failed":
      return say("BooCode cannot write to its database", `${fault.reason}. Check the free space on the disk.`, "retry");
  }
}

/** The fault inside an error, or null for an unexpected error. */
export function faultOf(error: unknown): Fault | null {
  if (!(error instanceof Error) || !("data" in error)) return null;
  const data = error.data as { fault?: Fault | null } | null | undefined;
  return data?.fault ?? null;
}

/** The text shown for any thrown value. */
export function explainError(error: unknown): Explanation {
  const fault = faultOf(error);
  // A daemon newer than this page may send faults that this page has no text for.
  const known = fault && (explainFault(fault) as Explanation | undefined);
  if (known) return known;
  if (isUnreachable(error))
    return say("BooCode does not answer", "Is it running? Start it with npm start. This page reconnects by itself.", "retry");
  return {
    ...say(
      "Something unexpected went wrong",
      "Nothing you wrote is lost. Try again; if it keeps happening, the details help to find out why.",
      "retry",
    ),
    details: toDetails(error),
  };
}

/** Whether the request failed without an answer. */
function isUnreachable(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof TypeError && /fetch|network|load failed/i.test(cause.message);
}

function toDetails(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const data = "data" in error ? `\n${JSON.stringify(error.data)}` : "";
  return `${error.stack ?? `${error.name}: ${error.message}`}${data}`;
}

function say(title: string, hint: string, action: FaultAction | null = null): Explanation {
  return { title, hint, action };
}

function toAge(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds < 90) return toCount(seconds, "second");
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? toCount(minutes, "minute") : toCount(Math.round(minutes / 60), "hour");
}

function toSize(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} kB`;
}
