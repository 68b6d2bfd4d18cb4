import { cutText } from "@boocode/shared/text/cut-text";
import type { TurnEnd } from "@boocode/shared/agents/agent-backend";
import { isLoginNeeded } from "@boocode/shared/agents/decide-agent-error";
import { RpcError } from "./wire/rpc-errors.ts";

export type EndReason = Pick<TurnEnd, "state" | "cause" | "evidence">;

const MAX_MESSAGE_CHARS = 4_000;

/** Converts the stop reason of a turn that was not asked to stop. */
export function toStopEnd(stopReason: string): EndReason {
  switch (stopReason) {
    case "end_turn":
      return { state: "completed", cause: null, evidence: null };
    case "max_tokens":
      return failed("model_failed", "The model's answer reached its token limit.");
    case "max_turn_requests":
      return failed("step_limit", "The agent reached its step limit.");
    case "refusal":
      return failed("model_refused", "The agent refused to continue.");
    case "cancelled":
      return failed("agent_error", "The turn was stopped outside BooCode.");
    default:
      return failed("agent_error", `The turn ended for an unknown reason: ${cutText(stopReason, 200)}`);
  }
}

/** Converts an error answer to a prompt. `loginWays` are the agent's names for its login methods. */
export function toErrorEnd(error: Error, loginWays: readonly string[]): EndReason {
  if (!(error instanceof RpcError)) return failed("agent_error", error.message);
  const message = describeError(error);
  if (isLoginNeeded(error, loginWays.length > 0)) return failed("login_required", [message, ...loginWays].join("\n"));
  return failed("agent_error", message);
}

/** The message of an agent's error, with the details that some agents give only beside it. */
export function describeError({ message, data }: RpcError): string {
  const detail = detailOf(data);
  return detail === "" || message.includes(detail) ? message : `${message}: ${detail}`;
}

function failed(cause: NonNullable<TurnEnd["cause"]>, message: string): EndReason {
  return { state: "failed", cause, evidence: { message: cutText(message, MAX_MESSAGE_CHARS) } };
}

function detailOf(data: unknown): string {
  if (typeof data === "string") return data;
  const { details, message } = (data ?? {}) as { details?: unknown; message?: unknown };
  return [details, message].find((one) => typeof one === "string") ?? "";
}
