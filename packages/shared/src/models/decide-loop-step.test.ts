import fc from "fast-check";
import { expect, it } from "vitest";
import { decideLoopStep, type LoopLimits } from "./decide-loop-step.ts";

const TURN: LoopLimits = { maxSteps: 3, maxChars: null, answersAtLimit: false };
const SUB: LoopLimits = { maxSteps: 3, maxChars: 100, answersAtLimit: true };

it.each([
  ["a turn begins", TURN, 0, 0, false, "go_on"],
  ["a turn's last step", TURN, 2, 9_999, false, "go_on"],
  ["a turn is out of steps", TURN, 3, 0, false, "stop"],
  ["a sub-task begins", SUB, 0, 0, false, "go_on"],
  ["a sub-task with a full context", SUB, 1, 100, false, "answer"],
  ["a sub-task's last step", SUB, 2, 0, false, "answer"],
  ["a sub-task that has been asked for its answer", SUB, 2, 0, true, "stop"],
  ["a sub-task is out of steps", SUB, 3, 0, false, "stop"],
] as const)("%s", (_, limits, steps, chars, isAsked, decision) => {
  expect(decideLoopStep({ steps, chars, isAsked }, limits)).toBe(decision);
});

it("ends within its steps, and one that answers at its limit is asked for an answer before it is cut off", () => {
  const limits = fc.record({
    maxSteps: fc.integer({ min: 1, max: 30 }),
    maxChars: fc.option(fc.integer({ min: 0, max: 1_000 })),
    answersAtLimit: fc.boolean(),
  });
  fc.assert(
    fc.property(limits, fc.array(fc.nat(200), { minLength: 40, maxLength: 40 }), (given, sizes) => {
      const asked: string[] = [];
      let chars = 0;
      for (const size of sizes) {
        const decision = decideLoopStep({ steps: asked.length, chars, isAsked: asked.includes("answer") }, given);
        if (decision === "stop") break;
        asked.push(decision);
        chars += size;
      }
      expect(asked.length).toBeLessThanOrEqual(given.maxSteps);
      expect(asked.indexOf("answer")).toBe(given.answersAtLimit ? asked.length - 1 : -1);
    }),
  );
});
