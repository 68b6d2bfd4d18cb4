import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = ["packages", "apps", "e2e", "tooling"];
const TEST_FILE = /\.(?:test|spec|soak)\.tsx?$/;
const ID = "[WPTEDSF]\\d{1,2}";
/** Matches a title that begins with ids: `it("S1 S3: …`, `describe(\`F2, E7 …`, `it.each([…])("T2: …`. */
const TITLE = new RegExp(`[("'\`](${ID}(?:,? ${ID})*)(?=[: ])`, "g");

/** Maps each id at the beginning of a test title to the sorted test files below `root` that have it. */
export function readTestIds(root: string): Map<string, string[]> {
  const carriers = new Map<string, Set<string>>();
  for (const file of FOLDERS.flatMap((folder) => listTests(root, folder))) {
    for (const id of findIds(readFileSync(join(root, file), "utf8"))) {
      carriers.set(id, (carriers.get(id) ?? new Set()).add(file));
    }
  }
  return new Map([...carriers].map(([id, files]) => [id, [...files].sort()]));
}

/** The ids at the beginning of test titles in a file's text. */
export function findIds(text: string): string[] {
  const titles = text.split("\n").filter((line) => /\b(?:it|test|describe)\b|\]\)\(|^\s*["'`]/.test(line));
  return [...new Set(titles.flatMap((line) => [...line.matchAll(TITLE)].flatMap(([, ids]) => ids!.split(/,? /))))];
}

function listTests(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name === "dist" ? [] : listTests(root, path);
    return TEST_FILE.test(entry.name) ? [path] : [];
  });
}
