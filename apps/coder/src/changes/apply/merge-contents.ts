import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EditRoot } from "@boocode/shared/changes/edits/file-edit";
import type { EditPlace } from "../edits/files/edit-place.ts";

/**
 * Three contents to be merged. `checkout` is on disk at `path` of the root, with one character per byte, or in the object store if there is no
 * root; the others are in the object store.
 */
export interface ContentMerge {
  root: EditRoot | null;
  path: string;
  base: string;
  chosen: string;
  checkout: string;
}

const TOGETHER = 4;
/** Git counts conflicts in the exit code, up to 127. */
const MERGED = Array.from({ length: 128 }, (_, conflicts) => conflicts);
const FAILED = 255;

/** The merged content, stored; or why there is none. */
export type MergedContent = { oid: string } | "edited" | "binary";

/**
 * Merges contents line by line with git's own merge, and stores the results. Errors: `MovedOn` if a file on disk has changed; those of git.
 */
export async function mergeContents(place: EditPlace, merges: readonly ContentMerge[]): Promise<MergedContent[]> {
  return place.inScratch(async (scratch) => {
    const fileOf = (at: number, side: "base" | "checkout" | "chosen") => join(scratch, `${at}.${side}`);
    await writeSides(place, merges, fileOf);
    const results: (MergedContent | "clean")[] = [];
    for (let start = 0; start < merges.length; start += TOGETHER) {
      const group = merges.slice(start, start + TOGETHER).map((_, at) => start + at);
      results.push(
        ...(await Promise.all(group.map((at) => mergeOne(place, fileOf(at, "checkout"), fileOf(at, "base"), fileOf(at, "chosen"))))),
      );
    }
    const clean = results.flatMap((result, at) => (result === "clean" ? [at] : []));
    const stored = await place.contents.storeFiles(clean.map((at) => fileOf(at, "checkout")));
    for (const [order, at] of clean.entries()) results[at] = { oid: stored[order]! };
    return results as MergedContent[];
  });
}

async function mergeOne(place: EditPlace, ours: string, base: string, theirs: string): Promise<"clean" | "edited" | "binary"> {
  // Not quietly: what git says tells a binary file from a failure.
  const argv = ["merge-file", ours, base, theirs];
  const { exitCode, stderr } = await place.git.read(place.overlay.gitDir, argv, { overlay: place.overlay, exitCodes: [...MERGED, FAILED] });
  if (exitCode === FAILED) {
    if (/binary/i.test(stderr.toString("utf8"))) return "binary";
    throw new Error(`Git could not merge: ${stderr.toString("utf8").slice(0, 500)}`);
  }
  return exitCode === 0 ? "clean" : "edited";
}

async function writeSides(
  place: EditPlace,
  merges: readonly ContentMerge[],
  fileOf: (at: number, side: "base" | "checkout" | "chosen") => string,
): Promise<void> {
  const targets = new Map<string, string[]>();
  const add = (oid: string, file: string) => targets.set(oid, [...(targets.get(oid) ?? []), file]);
  for (const [at, { root, path, base, chosen, checkout }] of merges.entries()) {
    if (root === null) add(checkout, fileOf(at, "checkout"));
    else await place.copyOut({ root, path, oid: checkout }, fileOf(at, "checkout"));
    add(base, fileOf(at, "base"));
    add(chosen, fileOf(at, "chosen"));
  }
  const sizes = await place.contents.requireAll(targets.keys());
  await place.contents.readEach(sizes, async (oid, content) => {
    for (const file of targets.get(oid)!) await writeFile(file, content);
  });
}
