import { cutText } from "@boocode/shared/text/cut-text";
import type { TurnVerdict } from "@boocode/shared/agents/turns/turn-guard";
import type { TaskCause } from "@boocode/shared/tasks/task";
import type { TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { OpencodeError } from "../wire/opencode-event.ts";

const MAX_MESSAGE_CHARS = 4_000;

/** Converts the turn's end that the guard found. `errors` holds opencode's errors by message, which have more detail. */
export function toTurnEnd(
  verdict: Extract<TurnVerdict, { kind: "ended" }>,
  errors: ReadonlyMap<string, OpencodeError>,
): Pick<TurnEnd, "state" | "cause" | "evidence"> {
  if (!("error" in verdict)) {
    return verdict.how === "completed"
      ? { state: "completed", cause: null, evidence: null }
      : { state: "cancelled", cause: "stopped_by_person", evidence: null };
  }
  const { message } = verdict.error;
  const error = errors.get(message);
  if (verdict.error.isAbort) return failed("agent_error", "The turn was stopped outside BooCode.");
  if (!error) return failed("agent_error", message);
  const end = failed(causeOf(error), message);
  return error.httpStatus === null ? end : { ...end, evidence: { ...end.evidence, httpStatus: error.httpStatus } };
}

function failed(cause: TaskCause, message: string) {
  return { state: "failed" as const, cause, evidence: { message: cutText(message, MAX_MESSAGE_CHARS) } };
}

function causeOf({ name, message, httpStatus }: OpencodeError): TaskCause {
  switch (name) {
    case "ProviderAuthError":
      return "model_refused";
    case "ContextOverflowError":
    case "ContentFilterError":
    case "MessageOutputLengthError":
    case "StructuredOutputError":
      return "model_failed";
    case "APIError":
      if (httpStatus === 429) return "model_rate_limited";
      if (httpStatus === null) return "model_unreachable";
      return httpStatus < 500 ? "model_refused" : "model_failed";
    default:
      if (/model not found/i.test(message)) return "model_refused";
      return /unable to connect|ECONNREFUSED|ENOTFOUND|fetch failed/i.test(message) ? "model_unreachable" : "agent_error";
  }
}
