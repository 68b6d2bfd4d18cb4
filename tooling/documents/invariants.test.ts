import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findIds, readTestIds } from "./read-test-ids.ts";

const ROOT = join(import.meta.dirname, "../..");
const ROW = /^\| (?<id>[A-Z]\d{1,2}) \| (?<sentence>[^|]+) \| (?<files>[^|]+) \|$/;

it("docs/invariants.md lists each id with its sentence and exactly the tests that carry it", () => {
  const rows = readRows(readFileSync(join(ROOT, "docs/invariants.md"), "utf8"));
  const carried = readTestIds(ROOT);
  for (const [id, files] of carried) {
    const listed = rows.get(id);
    expect(listed, `docs/invariants.md has no row for ${id}, which these tests carry: ${files.join(", ")}`).toBeDefined();
    expect(
      listed!.files,
      `docs/invariants.md, row ${id}: list exactly these files: ${files.map((file) => `\`${file}\``).join(" ")}`,
    ).toEqual(files);
  }
  expect([...rows.keys()].filter((id) => !carried.has(id))).toEqual([]);
});

it.each([
  ['it("S9 runs nothing", …', ["S9"]],
  ['  it.each(["drop"] as const)("F6, E7: that is lost by %s", …', ["F6", "E7"]],
  ["describe(`S1 S3 S4 refuses every route`, …", ["S1", "S3", "S4"]],
  ['])("T2: a stop", …', ["T2"]],
  ['it("a key such as F2 renames", …', []],
  ['useShortcut("F6", …', []],
])("finds the ids of %s", (line, ids) => {
  expect(findIds(line)).toEqual(ids);
});

function readRows(text: string): Map<string, { sentence: string; files: string[] }> {
  const rows = new Map<string, { sentence: string; files: string[] }>();
  for (const line of text.split("\n")) {
    const { id, sentence, files } = ROW.exec(line)?.groups ?? {};
    if (id === undefined) continue;
    expect(rows.has(id), `${id} has two rows`).toBe(false);
    rows.set(id, { sentence: sentence!.trim(), files: [...files!.matchAll(/`([^`]+)`/g)].map(([, file]) => file!) });
  }
  return rows;
}
