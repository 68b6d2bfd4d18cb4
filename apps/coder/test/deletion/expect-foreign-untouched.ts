import { existsSync } from "node:fs";
import { lstat } from "node:fs/promises";
import { recordFault } from "@boocode/testkit/record-fault";
import fc from "fast-check";
import { expect } from "vitest";
import { createForest, KINDS, type Kind } from "./forest.ts";

/**
 * Puts all kinds of things into a worktrees' folder, then random ones, so many times over, and lets the sweep pass after its hour of grace.
 * Fails unless exactly what is ours, nobody's and without work has been moved, and everything else is as it was, byte for byte.
 */
export async function expectForeignUntouched(forests: number): Promise<void> {
  let foreign = 0;
  const planting = fc.array(fc.constantFrom<Kind>(...KINDS), { minLength: 3, maxLength: 7 });
  await fc.assert(
    fc.asyncProperty(planting, async (kinds) => {
      await using forest = await createForest();
      const planted: { kind: Kind; path: string; before: unknown }[] = [];
      for (const kind of kinds) planted.push({ kind, path: await forest.plant(kind), before: null });
      for (const each of planted) each.before = await see(forest, each.path);
      const checkout = await forest.describe(forest.repository.path);
      await forest.sweep.sweep();
      forest.wait();
      for (let pass = 0; pass < 2; pass += 1) await forest.sweep.sweep();
      for (const { kind, path, before } of planted) {
        if (isOurs(kind)) {
          expect([kind, existsSync(path)]).toEqual([kind, false]);
          continue;
        }
        foreign += 1;
        expect([kind, await see(forest, path)]).toEqual([kind, before]);
      }
      const trashed = (await forest.trashed()).map(({ worktree }) => worktree?.path);
      expect(new Set(trashed)).toEqual(new Set(planted.flatMap(({ kind, path }) => (isOurs(kind) ? [path] : []))));
      // Git's own files in the person's checkout move on; their files do not.
      const files = (all: Record<string, string>) => Object.entries(all).filter(([name]) => !name.startsWith(".git"));
      expect(files(await forest.describe(forest.repository.path))).toEqual(files(checkout));
    }),
    { numRuns: forests, examples: [[[...KINDS]]] },
  );
  recordFault({ fault: "F32", repetitions: foreign, bytesLost: 0 });
}

const isOurs = (kind: Kind) => kind === "orphan" || kind === "unknown_orphan";

async function see(forest: Awaited<ReturnType<typeof createForest>>, path: string): Promise<unknown> {
  const stats = await lstat(path);
  return stats.isDirectory() ? await forest.describe(path) : [stats.mode, stats.size, stats.ino];
}
