import { cutText, cutTextStart } from "@boocode/shared/text/cut-text";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Fault } from "@boocode/shared/faults/fault";
import type { TaskCause, TaskEvidence } from "@boocode/shared/tasks/task";

const MAX_MESSAGE_CHARS = 4_000;

/** Converts a thrown error into a task's cause and evidence. `fallback` is the cause when the error itself names none. */
export function describeFailure(error: unknown, fallback: TaskCause): { cause: TaskCause; evidence: TaskEvidence } {
  if (error instanceof DomainError) return { cause: causeOf(error.fault) ?? fallback, evidence: evidenceOf(error.fault) };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { cause: fallback, evidence: { message: cutText(message, MAX_MESSAGE_CHARS) } };
}

function causeOf(fault: Fault): TaskCause | null {
  switch (fault.kind) {
    case "storage_failed":
      return "storage_failed";
    case "shutting_down":
      return "daemon_shutdown";
    case "agent_not_found":
    case "agent_unavailable":
      return "agent_unavailable";
    case "login_required":
      return "login_required";
    case "endpoint_unreachable":
      return "model_unreachable";
    case "endpoint_refused":
      return "model_refused";
    case "project_not_trusted":
      return "project_not_trusted";
    case "skill_unusable":
      return "skill_unusable";
    case "worktree_missing":
    case "worktree_busy":
    case "worktree_elsewhere":
    case "worktree_not_repairable":
    case "project_gone":
    case "no_commits":
    case "ref_in_the_way":
    case "base_ref_not_found":
    case "git_unavailable":
    case "git_failed":
    case "git_timed_out":
    case "git_output_too_large":
    case "git_locked":
    case "ref_moved":
      return "worktree_failed";
    default:
      return null;
  }
}

function evidenceOf(fault: Fault): TaskEvidence {
  const { kind, ...details } = fault;
  if (fault.kind === "git_failed") {
    return {
      message: cutText(`${fault.command} failed.`, MAX_MESSAGE_CHARS),
      stderrTail: cutTextStart(fault.stderrTail, MAX_MESSAGE_CHARS),
      ...(fault.exitCode === null ? {} : { exitCode: fault.exitCode }),
    };
  }
  if (fault.kind === "git_locked") {
    const age = fault.ageMs === null ? "" : `, for ${Math.round(fault.ageMs / 1_000)} s`;
    return { message: cutText(`A git lock file is in the way: ${fault.path}${age}.`, MAX_MESSAGE_CHARS) };
  }
  const words = toWords(fault);
  if (words !== null) return { message: cutText(words, MAX_MESSAGE_CHARS) };
  if (fault.kind === "endpoint_refused") return { message: cutText(fault.reason, MAX_MESSAGE_CHARS), httpStatus: fault.status };
  if (fault.kind === "agent_unavailable" && fault.hint !== "") return { message: cutText(fault.hint, MAX_MESSAGE_CHARS) };
  if (fault.kind === "login_required") return { message: cutText(fault.ways.join("\n"), MAX_MESSAGE_CHARS) };
  const said = Object.entries(details).map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return { message: cutText([kind, ...said].join("; "), MAX_MESSAGE_CHARS) };
}

/** Says what happened and what to do, if there is something a person can do about it. */
function toWords(fault: Fault): string | null {
  switch (fault.kind) {
    case "project_gone":
      return `The project's repository is no longer at ${fault.path}. Put it back there, or open it from its new location.`;
    case "path_not_found":
      return `${fault.path} is gone: it was moved or deleted. Put it back, then send the prompt again.`;
    case "worktree_missing":
      return `The session's folder ${fault.path} is missing or has been replaced. You can recreate it from the session.`;
    case "worktree_elsewhere":
      return `Git uses ${fault.found} instead of the session's folder ${fault.path}, because the repository sets core.worktree. Nothing was written.`;
    case "worktree_not_repairable":
      return fault.reason;
    case "base_ref_not_found":
      return `There is no branch, tag or commit called ${fault.baseRef} to start from.`;
    case "skill_unusable":
      return `/${fault.name}: ${fault.reason}`;
    case "no_commits":
      return `The repository ${fault.path} has no commit to start from.`;
    case "ref_in_the_way":
      return `A ref called ${fault.ref} prevents git from creating ${fault.wanted}. Rename it: git update-ref ${fault.ref}-old ${fault.ref} && git update-ref -d ${fault.ref}`;
    case "ref_moved":
      return `${fault.ref} moved while this was in progress. Nothing was changed.`;
    default:
      return null;
  }
}
