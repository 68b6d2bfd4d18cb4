import { expect, it } from "vitest";
import type { WireToolState } from "../wire/opencode-wire.ts";
import { toToolResult, toToolStatus } from "./describe-tool.ts";

const ABORTED = "<shell_metadata>\nUser aborted the command\n</shell_metadata>";

it.each<[string, Omit<WireToolState, "input">, string, string | undefined]>([
  ["that ended", { status: "completed", output: "done" }, "completed", "done"],
  ["that was stopped", { status: "completed", output: `begun\n\n\n${ABORTED}` }, "cancelled", "begun"],
  [
    "that was stopped, in an older opencode",
    { status: "completed", output: `begun\n\n${ABORTED.replaceAll("shell", "bash")}` },
    "cancelled",
    "begun",
  ],
  ["that was stopped before it said anything", { status: "completed", output: ABORTED }, "cancelled", ""],
  ["that prints the same words, and goes on", { status: "completed", output: `${ABORTED}\nnot so` }, "completed", `${ABORTED}\nnot so`],
  [
    "that took too long",
    { status: "completed", output: "begun\n\n<shell_metadata>\nterminated after 120000 ms\n</shell_metadata>" },
    "completed",
    "begun\n\n<shell_metadata>\nterminated after 120000 ms\n</shell_metadata>",
  ],
  ["that was cut off with its turn", { status: "error", error: "Tool execution aborted" }, "cancelled", undefined],
  ["that was interrupted", { status: "error", error: "It is over", metadata: { interrupted: true } }, "cancelled", undefined],
  ["that failed", { status: "error", error: "No such file" }, "failed", undefined],
])("the card of a command %s says so", (_, state, status, output) => {
  const whole = { input: {}, ...state };
  expect(toToolStatus(whole)).toBe(status);
  expect(toToolResult("bash", whole, "/worktree").output).toBe(output);
});
