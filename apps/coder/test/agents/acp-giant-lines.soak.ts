import { expect, it } from "vitest";
import { say, setUpScripted } from "../../src/backends/acp/acp-fixture.ts";

const MB = 1024 * 1024;

it("F20: ten lines of 50 MB in a row, and one of 1 GB are passed over, and what is kept does not grow", async () => {
  const giants = Array.from({ length: 10 }, () => ({ do: "giantBytes" as const, bytes: 50 * MB }));
  await using subject = await setUpScripted({
    prompts: [[{ do: "say", text: "Before " }, ...giants, { do: "giantBytes", bytes: 1_024 * MB }, { do: "say", text: "behind" }]],
  });
  const conversation = await subject.backend.open(subject.opening);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const turn = await say(conversation, "Go", () => {
    most = Math.max(most, process.memoryUsage().rss);
  });
  expect(turn).toMatchObject({ text: "Before behind", end: { state: "completed" } });
  expect(turn.events.filter(({ type }) => type === "notice")).toHaveLength(11);
  // Two buffers of the cap, and what the collector has not taken yet.
  expect((most - before) / MB).toBeLessThan(128);
});
