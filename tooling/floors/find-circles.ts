import { readImports } from "./read-imports.ts";
import { resolveImport } from "./resolve-import.ts";

/** A sentence for each pair of files that import each other, even only types, because neither can be understood alone. */
export function findCircles(files: readonly { file: string; text: string }[]): string[] {
  const targets = new Map(
    files.map(({ file, text }) => [file, new Set(readImports(file, text).map((found) => resolveImport(file, found.specifier)))]),
  );
  return [...targets].flatMap(([file, found]) =>
    [...found].flatMap((target) =>
      target !== null && file < target && targets.get(target)?.has(file)
        ? [`${file} and ${target} import each other: move what both need into a file of its own.`]
        : [],
    ),
  );
}
