import { expect, it } from "vitest";
import { TaskEvidence } from "../../tasks/task.ts";
import { toExitEvidence, type ProcessEnd } from "./to-exit-evidence.ts";

const ended = (end: Partial<ProcessEnd>): ProcessEnd => ({ exitCode: null, signal: null, refusal: null, ...end });

it.each([
  [ended({ exitCode: 3 }), "", null, { message: "The agent's process ended (exit code 3).", exitCode: 3 }],
  [
    ended({ signal: "SIGKILL" }),
    "out of memory",
    null,
    { message: "The agent's process ended (SIGKILL).", signal: "SIGKILL", stderrTail: "out of memory" },
  ],
  [ended({ signal: "SIGKILL" }), "", "It was idle.", { message: "It was idle.", signal: "SIGKILL" }],
  [ended({ refusal: { code: "ENOENT", message: "spawn x ENOENT" } }), "", null, { message: "The agent could not be started: ENOENT." }],
  [ended({ refusal: { message: "no NUL bytes" } }), "", null, { message: "The agent could not be started: no NUL bytes." }],
] as const)("says how a process ended: %j", (end, tail, why, evidence) => {
  expect(toExitEvidence("The agent", end, tail, why)).toEqual(evidence);
});

it("fits the limits of evidence for any message", () => {
  const evidence = toExitEvidence("x".repeat(5_000), ended({ exitCode: 0 }), "y".repeat(20_000));
  expect(TaskEvidence.safeParse(evidence).success).toBe(true);
  expect(evidence.stderrTail).toHaveLength(4_000);
});
