import { judgeFault } from "@boocode/testkit/judge-fault";
import { expect, it } from "vitest";
import { contend } from "./contend.ts";
import { TestHome } from "../start-test-daemon.ts";

const ROUNDS = 25;

it(`F23 ten at once on one data directory, ${ROUNDS} times, each winner killed: always exactly one serves`, async () => {
  const home = await TestHome.make();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { winner } = await contend(home, 10);
    await winner.end("SIGKILL");
  }
  expect(await judgeFault("F23", ROUNDS * 10, { dataDir: home.dataDir })).toEqual([]);
});
