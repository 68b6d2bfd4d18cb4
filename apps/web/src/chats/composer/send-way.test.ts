import { expect, it } from "vitest";
import { decideSendWays } from "./send-way.ts";

it.each([
  ["queue", true, "queue", "steer"],
  ["queue", false, "queue", "interrupt"],
  ["steer", true, "steer", "queue"],
  ["steer", false, "queue", "interrupt"],
  ["interrupt", true, "interrupt", "queue"],
  ["interrupt", false, "interrupt", "queue"],
] as const)("%s chosen, agent takes messages: %s", (chosen, canSteer, way, other) => {
  const ways = decideSendWays(chosen, canSteer);
  expect([ways.way, ways.other, ways.available.includes("steer")]).toEqual([way, other, canSteer]);
});
