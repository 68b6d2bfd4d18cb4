import { expect, it } from "vitest";
import { openDatabase } from "../src/open-database.ts";
import { createRandom } from "./random.ts";
import { scratchFile, seed } from "./scratch-database.ts";
import { expectNothingLost, startAppender } from "./start-appender.ts";

const KILLS = 400;
/** A store grows with each kill, and all of it is read after each: from time to time a fresh one. */
const KILLS_OF_ONE_STORE = 20;
const MOST_ACKED = 40;
const SEED = Number(process.env["BOOCODE_SOAK_SEED"] ?? "1");

it(`D1 loses nothing it acknowledged in ${KILLS} kills at any moment`, async () => {
  const next = createRandom(SEED);
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill += KILLS_OF_ONE_STORE) {
    const file = scratchFile();
    const seeded = await openDatabase({ file });
    await seed(seeded);
    await seeded.close();
    for (let of = 0; of < KILLS_OF_ONE_STORE; of += 1) {
      const appender = startAppender(file, (kill + of) % 2 === 0 ? "full" : "normal");
      await appender.hasAcked(1 + Math.floor(next() * MOST_ACKED));
      await appender.kill();
      await expectNothingLost(file, appender);
      acknowledged += appender.acked.length;
    }
  }
  expect(acknowledged).toBeGreaterThan(KILLS);
});
