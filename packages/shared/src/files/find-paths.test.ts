import fc from "fast-check";
import { expect, it } from "vitest";
import { findPaths, makePathIndex } from "./find-paths.ts";

const PATHS = [
  "src/chats/composer.tsx",
  "README.md",
  "src/main.ts",
  "src/remain.ts",
  "src/app-main.ts",
  "main",
  "docs/main/index.md",
  "src/domain/x.ts",
  "main-page/y.ts",
  "src/m/a/i/n.ts",
  "Ünï/日本.txt",
];

it.each<[string, string[]]>([
  [
    "main",
    [
      "main",
      "src/main.ts",
      "main-page/y.ts",
      "src/app-main.ts",
      "src/remain.ts",
      "docs/main/index.md",
      "src/domain/x.ts",
      "src/m/a/i/n.ts",
    ],
  ],
  ["MAIN.TS", ["src/main.ts", "src/app-main.ts", "src/remain.ts", "main-page/y.ts", "src/domain/x.ts", "src/m/a/i/n.ts"]],
  ["src/ma", ["src/main.ts", "src/remain.ts", "src/app-main.ts", "src/domain/x.ts", "src/m/a/i/n.ts"]],
  ["./README", ["README.md"]],
  ["cmpsr", ["src/chats/composer.tsx"]],
  ["scc", ["src/chats/composer.tsx"]],
  ["日本", ["Ünï/日本.txt"]],
  ["ünï", ["Ünï/日本.txt"]],
  ["nowhere", []],
])("%j", (typed, expected) => expect(findPaths(makePathIndex(PATHS), typed, 20)).toEqual(expected));

it("nothing typed: those near the root first", () => {
  expect(findPaths(makePathIndex(PATHS), "", 3)).toEqual(["main", "README.md", "Ünï/日本.txt"]);
});

it("finds a path by any of its letters in order, and nothing that lacks one, within the limit", () => {
  const path = fc.string({ minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 20 }), fc.nat(), fc.array(fc.boolean()), (paths, which, taken) => {
      const chosen = paths[which % paths.length]!;
      const typed = [...chosen.toLowerCase()].filter((_, at) => taken[at] !== false).join("");
      fc.pre(!typed.startsWith("./") && typed !== "");
      const found = findPaths(makePathIndex(paths), typed, paths.length);
      expect(found).toContain(chosen);
      expect(new Set(found).size).toBe(found.length);
      for (const each of found) {
        let at = 0;
        for (const letter of typed) {
          at = each.toLowerCase().indexOf(letter, at) + 1;
          expect(at).toBeGreaterThan(0);
        }
      }
      expect(findPaths(makePathIndex(paths), typed, 2)).toEqual(found.slice(0, 2));
    }),
  );
});
