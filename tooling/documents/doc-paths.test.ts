import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const SOURCE_PATH = /`((?:apps|packages|tooling|e2e|docs|\.ci)\/[\w./-]+)`/g;
const LINK = /\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g;

it.each(DOCUMENTS)("every path %s names exists", (document) => {
  const text = readFileSync(join(ROOT, document), "utf8");
  const named = [...text.matchAll(SOURCE_PATH)].map(([, path]) => join(ROOT, path!));
  const linked = [...text.matchAll(LINK)].map(([, path]) => join(ROOT, dirname(document), path!));
  expect([...named, ...linked].filter((path) => !existsSync(path))).toEqual([]);
});
