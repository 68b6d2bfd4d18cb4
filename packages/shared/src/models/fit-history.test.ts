import fc from "fast-check";
import { expect, it } from "vitest";
import { fitHistory, type PastCall, type PastStep, type PastTurn } from "./fit-history.ts";

const call = (result: string, input: Record<string, unknown> = {}): PastCall => ({
  kind: "call",
  id: "i",
  name: "read",
  input,
  result,
  extra: null,
});
const text = (said: string): PastStep => ({ kind: "text", text: said });
const sizeOf = (turns: readonly PastTurn[]) => JSON.stringify(turns).length;

it("does not change a history that fits", () => {
  const turns = [{ prompt: "p", steps: [call("x".repeat(5_000)), text("done")] }];
  expect(fitHistory(turns, 10_000)).toEqual({ turns, leftOut: { calls: 0, steps: 0, turns: 0 } });
});

it("shortens the oldest results first, and no more than necessary", () => {
  const results = Array.from({ length: 40 }, (_, place) => `${place}${"x".repeat(9_000)}`);
  const { turns, leftOut } = fitHistory(
    [{ prompt: "Read all", steps: [...results.map((result) => call(result)), text("Done.")] }],
    240_000,
  );
  const kept = turns[0]!.steps.map((step) => (step.kind === "call" ? step.result : step.text));
  expect(turns[0]!.prompt).toBe("Read all");
  expect(kept).toHaveLength(41);
  expect(kept.at(-1)).toBe("Done.");
  expect(kept.slice(leftOut.calls, 40)).toEqual(results.slice(leftOut.calls));
  expect(kept.slice(0, leftOut.calls).every((result) => result.includes("characters left out"))).toBe(true);
  expect(leftOut).toEqual({ calls: 15, steps: 0, turns: 0 });
});

it("shortens text arguments too, and drops the arguments of a call if there are many", () => {
  const { turns } = fitHistory(
    [{ prompt: "p", steps: [call("ok", { path: "a", text: "y".repeat(9_000) }), call("ok", { list: Array(9_000).fill(1) })] }],
    2_000,
  );
  const [first, second] = turns[0]!.steps as [PastCall, PastCall];
  expect(first.input).toMatchObject({ path: "a", text: expect.stringContaining("characters left out") as string });
  expect(second.input).toEqual({});
});

it("drops the oldest turns before anything of the last turn except its results", () => {
  const turns = Array.from({ length: 20 }, (_, place) => ({ prompt: `${place}`, steps: [text("t".repeat(500))] }));
  const fitted = fitHistory(turns, 3_000);
  expect(fitted.turns.map(({ prompt }) => prompt)).toEqual(["16", "17", "18", "19"]);
  expect(fitted.leftOut).toEqual({ calls: 0, steps: 0, turns: 16 });
});

it("keeps the prompt and the end of a turn that is too large by itself", () => {
  const steps = [...Array.from({ length: 1_200 }, () => call("r".repeat(100))), text("That is all.")];
  const { turns, leftOut } = fitHistory([{ prompt: "List everything", steps }], 20_000);
  expect(turns[0]!.prompt).toBe("List everything");
  expect(turns[0]!.steps[0]).toEqual(text(`[${leftOut.steps} earlier steps of this turn are left out.]`));
  expect(turns[0]!.steps.at(-1)).toEqual(text("That is all."));
  const cut = fitHistory([{ prompt: "p".repeat(50_000), steps: [text("e".repeat(50_000))] }], 20_000);
  expect(sizeOf(cut.turns)).toBeLessThan(21_000);
});

it("is never much larger than requested, always keeps the last turn, and splits no characters", () => {
  const steps = fc.array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 900 }).map(text),
      fc.string({ unit: "grapheme", maxLength: 2_000 }).map((result) => call(result)),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(
      fc.array(fc.record({ prompt: fc.string({ unit: "grapheme", maxLength: 3_000 }), steps }), { minLength: 1, maxLength: 6 }),
      (turns) => {
        const fitted = fitHistory(turns, 2_000);
        expect(fitted.turns.length).toBe(turns.length - fitted.leftOut.turns);
        expect(fitted.turns.length).toBeGreaterThan(0);
        expect(
          fitted.turns.every(
            ({ prompt, steps: kept }) =>
              prompt.isWellFormed() && kept.every((step) => (step.kind === "call" ? step.result : step.text).isWellFormed()),
          ),
        ).toBe(true);
        const chars = fitted.turns.reduce(
          (sum, turn) =>
            sum + turn.prompt.length + turn.steps.reduce((all, step) => all + (step.kind === "call" ? step.result : step.text).length, 0),
          0,
        );
        expect(chars).toBeLessThan(2_600);
      },
    ),
  );
});
