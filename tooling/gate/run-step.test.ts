import { expect, it } from "vitest";
import { runStep } from "./run-step.ts";

it("a step ended by a signal has failed, and says so", async () => {
  const step = { name: "crash", script: "e2e/start/crash.cjs", argv: [] };
  expect(await runStep(step, false)).toMatchObject({ passed: false, output: "It was ended by SIGSEGV.\n" });
});
