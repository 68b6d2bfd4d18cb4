import { execFileSync } from "node:child_process";
import { writeFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import fc from "fast-check";
import { expect, it } from "vitest";
import { countPatch, makePatch } from "./make-patch.ts";

const lines = fc.array(fc.constantFrom("a", "b", "c", "", "-- x", "++ y"), { maxLength: 30 }).chain((words) =>
  fc.boolean().map((hasEnd) =>
    words
      .map((word) => `${word}\n`)
      .join("")
      .slice(0, hasEnd ? undefined : -1),
  ),
);

it("makes patches that git applies", async () => {
  await using folder = await createTempFolder();
  const file = join(folder.path, "f.txt");
  await fc.assert(
    fc.asyncProperty(lines, lines, async (before, after) => {
      const patch = makePatch("f.txt", before, after);
      expect(patch === "").toBe(before === after);
      if (patch === "") return;
      await writeFile(file, before);
      execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: folder.path, input: patch, stdio: "pipe" });
      expect(await readFile(file, "utf8")).toBe(after);
    }),
    { numRuns: 60 },
  );
});

it("splits far changes into hunks, and gives up on looking for common lines where that would take too long", () => {
  const text = Array.from({ length: 40 }, (_, index) => `${index}\n`).join("");
  const patch = makePatch("f", text, text.replace("3\n", "x\n").replace("37\n", "y\n"));
  expect(patch.match(/^@@/gm)).toHaveLength(2);
  expect(countPatch(patch)).toEqual({ additions: 2, deletions: 2 });
  const before = Array.from({ length: 3_000 }, (_, index) => `a${index}\n`).join("");
  const after = Array.from({ length: 3_000 }, (_, index) => `b${index}\n`).join("");
  expect(countPatch(makePatch("f", before, after))).toEqual({ additions: 3_000, deletions: 3_000 });
});
