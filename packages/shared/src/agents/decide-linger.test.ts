import { expect, it } from "vitest";
import { decideLinger } from "./decide-linger.ts";

const over = { isStopAsked: false, isStoppedElsewhere: false, openCalls: 0 };

it.each([
  ["is listened to for a moment", over, { quietMs: 200, maxMs: 2_000 }],
  ["with a tool that has not ended is listened to longer", { ...over, openCalls: 1 }, { quietMs: 1_000, maxMs: 3_000 }],
  ["that a person stopped is over at once", { ...over, isStopAsked: true, openCalls: 3 }, null],
  ["that was stopped elsewhere waits for the end of its process", { ...over, isStoppedElsewhere: true }, { quietMs: 1_000, maxMs: 1_000 }],
])("a turn whose agent says that it is over %s", (_, state, linger) => {
  expect(decideLinger(state)).toEqual(linger);
});
