import { expect, it } from "vitest";
import { decideLinger } from "./decide-linger.ts";

const over = { isOwn: false, isStopAsked: false, isStoppedElsewhere: false, openCalls: 0 };

it.each([
  ["is listened to for a moment", over, { quietMs: 200, maxMs: 2_000 }],
  ["with a tool that has not ended is listened to longer", { ...over, openCalls: 1 }, { quietMs: 1_000, maxMs: 3_000 }],
  ["that a person stopped is over immediately", { ...over, isStopAsked: true, openCalls: 3 }, null],
  ["that was stopped elsewhere waits for the end of its process", { ...over, isStoppedElsewhere: true }, { quietMs: 1_000, maxMs: 1_000 }],
  ["that the agent began itself continues until it is quiet", { ...over, isOwn: true }, { quietMs: 2_000, maxMs: null }],
  [
    "that the agent began itself continues longer while a tool runs",
    { ...over, isOwn: true, openCalls: 1 },
    { quietMs: 120_000, maxMs: null },
  ],
  [
    "is its own and was stopped ends once it is quiet",
    { ...over, isOwn: true, isStopAsked: true, openCalls: 1 },
    { quietMs: 2_000, maxMs: null },
  ],
])("a turn whose agent says that it is over %s", (_, state, linger) => {
  expect(decideLinger(state)).toEqual(linger);
});
