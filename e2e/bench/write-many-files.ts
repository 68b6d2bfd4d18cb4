import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where the file of a number lies: a hundred folders, each with as many. */
export const toPath = (file: number) => `part-${file % 100}/file-${file}.ts`;

// A process of its own: what starts gits must be no larger than the daemon, because each start copies its page tables.
if (import.meta.main) {
  const [root = "", count = ""] = process.argv.slice(2);
  for (let file = 0; file < Number(count); file += 1) {
    const path = join(root, toPath(file));
    mkdirSync(dirname(path), { recursive: true });
    // Lines as of a program, a few kilobytes each.
    writeFileSync(path, `export const value${file} = ${file};\n`.repeat(20 + (file % 60)));
  }
}
