import { expect, it } from "vitest";
import { describeEnd } from "./describe-end.ts";

it.each([
  [{ exitCode: 0, signal: null, because: "exit" }, "Ended."],
  [{ exitCode: 3, signal: null, because: "exit" }, "Ended with exit code 3."],
  [{ exitCode: null, signal: "SIGKILL", because: "exit" }, "Ended by SIGKILL."],
  [{ exitCode: null, signal: "SIGHUP", because: "exit" }, "Ended: its terminal was closed."],
  [{ exitCode: null, signal: null, because: "daemon" }, "Ended when BooCode stopped."],
] as const)("%j", (end, text) => {
  expect(describeEnd({ at: 1, ...end })).toBe(text);
});
