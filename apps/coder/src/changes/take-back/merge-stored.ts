import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RestoreMerge } from "@boocode/shared/changes/edits/decide-restore";
import type { EditPlace } from "../edits/files/edit-place.ts";

/** Git counts conflicts in the exit code, up to 127; 255 is an error, also that a file is binary. */
const EXIT_CODES = [...Array.from({ length: 128 }, (_, conflicts) => conflicts), 255];
const SIDES = ["now", "after", "before"] as const;

/**
 * Merges stored contents line by line with git's own merge: what is there now, without what led from `before` to `after`. Stores the
 * results, and returns their ids; null where lines conflict or a file is binary.
 */
export async function mergeStored(place: EditPlace, merges: readonly RestoreMerge[]): Promise<(string | null)[]> {
  if (merges.length === 0) return [];
  return place.inScratch(async (scratch) => {
    const fileOf = (at: number, side: (typeof SIDES)[number]) => join(scratch, `${at}.${side}`);
    const targets = new Map<string, string[]>();
    for (const [at, merge] of merges.entries()) {
      for (const side of SIDES) targets.set(merge[side], [...(targets.get(merge[side]) ?? []), fileOf(at, side)]);
    }
    await place.contents.readEach(await place.contents.requireAll(targets.keys()), async (oid, content) => {
      for (const file of targets.get(oid)!) await writeFile(file, content);
    });
    const clean: number[] = [];
    for (const at of merges.keys()) {
      const argv = ["merge-file", "--quiet", ...SIDES.map((side) => fileOf(at, side))];
      const { exitCode } = await place.git.read(place.overlay.gitDir, argv, { overlay: place.overlay, exitCodes: EXIT_CODES });
      if (exitCode === 0) clean.push(at);
    }
    const stored = await place.contents.storeFiles(clean.map((at) => fileOf(at, "now")));
    const results = merges.map((): string | null => null);
    for (const [order, at] of clean.entries()) results[at] = stored[order]!;
    return results;
  });
}
