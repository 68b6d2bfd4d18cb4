import type { TurnEnd } from "@boocode/shared/agents/agent-backend";
import { type ProcessEnd, toExitEvidence } from "@boocode/shared/agents/processes/to-exit-evidence";
import { cutText } from "@boocode/shared/text/cut-text";
import type { CliProfile } from "./cli-profiles.ts";
import type { SaidEnd } from "./wire/cli-sign.ts";

export type CliEnd = Pick<TurnEnd, "state" | "cause" | "evidence">;

export interface EndedTurn {
  profile: Pick<CliProfile, "decode" | "login" | "lost" | "stopSignal">;
  /** How the agent said that the turn ended. */
  said: SaidEnd | null;
  exit: ProcessEnd;
  stderrTail: string;
  isStopAsked: boolean;
  /** Why BooCode ended the program for what it wrote; null if it did not. */
  complaint: string | null;
  /** The command that logs in, as a line for a terminal. */
  loginLine: string;
}

const MAX_MESSAGE_CHARS = 4_000;
/** How many of the first lines on standard error are reported; later ones are usually consequences. */
const MAX_SAID_LINES = 5;
const MAX_SAID_CHARS = 1_500;

/** Decides how a turn on a command line ended, now that its process is gone. `lost`: the agent does not have the session it was to continue. */
export function toCliEnd(turn: EndedTurn): { kind: "ended"; end: CliEnd } | { kind: "lost" } {
  const { profile, said, exit, stderrTail, isStopAsked, complaint, loginLine } = turn;
  const evidence = toExitEvidence("The agent", exit, stderrTail, complaint);
  const ended = (end: CliEnd) => ({ kind: "ended" as const, end });
  const failed = (cause: NonNullable<CliEnd["cause"]>, message: string) =>
    ended({ state: "failed", cause, evidence: { ...evidence, message: cutText(message, MAX_MESSAGE_CHARS) } });
  if (isStopAsked) {
    const isHeard = exit.signal === null || exit.signal === profile.stopSignal;
    const message = `The agent did not stop when asked, and was ended. ${evidence.message ?? ""}`.trim();
    return ended({ state: "cancelled", cause: "stopped_by_person", evidence: isHeard ? null : { ...evidence, message } });
  }
  if (complaint !== null) return failed("protocol_error", complaint);
  if (said?.state === "completed") return ended({ state: "completed", cause: null, evidence: null });
  if (exit.refusal !== null) return failed("agent_unavailable", evidence.message ?? "");
  if (said?.state === "lost" || (said === null && profile.lost?.test(stderrTail))) return { kind: "lost" };
  if (said?.state === "failed") {
    return failed(said.cause, said.cause === "login_required" ? `${said.message}\n${loginLine}`.trim() : said.message);
  }
  if (exit.signal !== null) return ended({ state: "interrupted", cause: "agent_exit", evidence });
  if (profile.login?.says.test(stderrTail)) return failed("login_required", `${firstLines(stderrTail)}\n${loginLine}`.trim());
  const words = stderrTail === "" ? "" : ` It said: ${firstLines(stderrTail)}`;
  const isPlain = profile.decode === null;
  if (exit.exitCode !== 0) return failed(isPlain ? "agent_error" : "agent_exit", `${evidence.message ?? ""}${words}`);
  if (isPlain) return ended({ state: "completed", cause: null, evidence: null });
  return failed("protocol_error", `The agent ended without saying how its turn ended.${words}`);
}

function firstLines(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return cutText(lines.slice(0, MAX_SAID_LINES).join("\n"), MAX_SAID_CHARS);
}
