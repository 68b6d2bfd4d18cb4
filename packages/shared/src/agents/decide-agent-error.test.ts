import { expect, it } from "vitest";
import { decideAfterError, decideLoadError, isLoginNeeded, type AgentAnswerError } from "./decide-agent-error.ts";

const error = (code: number, message: string): AgentAnswerError => ({ code, message });
const internal = error(-32_603, "Internal error");
const gone = error(-32_002, "Resource not found: 0199");

it.each([
  ["an error of the model's", internal, null, false, "keep"],
  ["another error than the one before", error(-32_603, "Other"), internal, false, "keep"],
  ["the same error twice in a row", internal, internal, false, "start_anew"],
  ["a session that is gone, by its code", gone, null, true, "start_anew"],
  ["the same words with another code", error(-32_000, "Internal error"), internal, true, "keep"],
  ["a session that is gone, by its code alone", error(-32_002, "Gone"), null, true, "start_anew"],
  ["a session that is gone, in words", error(-32_603, "Session 7 not found"), null, true, "start_anew"],
  ["a session that is gone, before anything was done", gone, null, false, "ask_again"],
  ["a program behind it that is gone", error(-32_603, "Internal error: The agent process exited unexpectedly."), null, false, "start_anew"],
  ["a process of the model's own that is told about", error(-32_603, "The process is busy"), null, false, "keep"],
  ["a file that is not found", error(-32_603, "File not found: a.txt"), null, false, "keep"],
  ["a login that is needed", error(-32_000, "Authentication required"), null, false, "keep"],
])("after %s, an agent's process is: %#", (_, answered, before, hasActed, decision) => {
  expect(decideAfterError(answered, before, hasActed)).toBe(decision);
});

it.each([
  ["a transient error is retried", internal, 1, "ask_again"],
  ["and again", internal, 2, "ask_again"],
  ["a transient error is not retried forever", internal, 3, "lost"],
  ["a session that is gone is lost", gone, 1, "lost"],
  ["an agent that has no such method lost it", error(-32_601, "Method not found"), 1, "lost"],
  ["a session whose id is refused is lost", error(-32_602, "Unknown session"), 1, "lost"],
  ["a session whose parameters are refused is lost", error(-32_602, "Bad parameter"), 1, "lost"],
  ["a login is not a loss", error(-32_000, "Authentication required"), 1, "log_in"],
  ["an error with only the login code is retried", error(-32_000, "Server busy"), 1, "ask_again"],
])("going on with an earlier session: %s", (_, answered, attempt, decision) => {
  expect(decideLoadError(answered, attempt, false)).toBe(decision);
});

it.each([
  ["the code and ways to log in", error(-32_000, "Nope"), true, true],
  ["the code and its words", error(-32_000, "Please log in"), false, true],
  ["the code alone", error(-32_000, "Server busy"), false, false],
  ["words alone", error(-32_603, "Authentication required"), true, false],
])("a login is told by %s", (_, answered, hasWays, isNeeded) => {
  expect(isLoginNeeded(answered, hasWays)).toBe(isNeeded);
});
