import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The path of a numbered file; the files are spread evenly over a hundred folders. */
export const toPath = (file: number) => `part-${file % 100}/file-${file}.ts`;

// A separate process: the one that starts git must be no larger than the daemon, because each start copies its page tables.
if (import.meta.main) {
  const [root = "", count = ""] = process.argv.slice(2);
  for (let file = 0; file < Number(count); file += 1) {
    const path = join(root, toPath(file));
    mkdirSync(dirname(path), { recursive: true });
    // Lines like those of a program, a few kilobytes per file.
    writeFileSync(path, `export const value${file} = ${file};\n`.repeat(20 + (file % 60)));
  }
}
