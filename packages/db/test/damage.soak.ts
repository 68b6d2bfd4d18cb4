import { statSync } from "node:fs";
import { expect, it } from "vitest";
import { copyStore, damage, type Damage, fillStore, openDamaged } from "./damage.ts";
import { createRandom } from "./random.ts";

const CASES = 500;
const SEED = Number(process.env["BOOCODE_SOAK_SEED"] ?? "1");

it(`F11: a store damaged in ${CASES} random ways is read whole or refused, and never written`, async () => {
  const next = createRandom(SEED);
  const stores = [await fillStore({ isLeftOpen: false }), await fillStore({ isLeftOpen: true })];
  let refusals = 0;
  for (let round = 0; round < CASES; round += 1) {
    const copy = copyStore(stores[round % 2]!);
    const at = Math.floor(next() * statSync(copy).size);
    const kinds: Damage[] = [
      { kind: "truncate", at },
      { kind: "fill", at, length: 1 + Math.floor(next() * 5_000) },
      { kind: "flip", at, bit: Math.floor(next() * 8) },
    ];
    damage(copy, kinds[round % 3]!);
    if ((await openDamaged(copy)) !== null) refusals += 1;
  }
  expect(refusals).toBeGreaterThan(CASES / 4);
});
