import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { appRouter } from "../../apps/coder/src/api/app-router.ts";

const ROOT = join(import.meta.dirname, "../..");
const document = readFileSync(join(ROOT, "BOOCODER.md"), "utf8");
const config = readFileSync(join(ROOT, "apps/coder/src/config.ts"), "utf8");

it("BOOCODER.md lists exactly the existing procedures", () => {
  const procedures = Object.keys(appRouter._def.procedures).sort();
  const nouns = new Set(procedures.map((name) => name.split(".")[0]));
  const named = [...document.matchAll(/`([a-zA-Z]+)\.([a-zA-Z]+)`/g)]
    .filter(([, noun]) => nouns.has(noun))
    .map(([, noun, verb]) => `${noun}.${verb}`);
  expect([...new Set(named)].sort()).toEqual(procedures);
});

it("BOOCODER.md lists every variable the configuration reads", () => {
  const read = new Set([...config.matchAll(/"((?:BOOCODE_|AGENT_POOL_|LLAMA_|DATABASE_)[A-Z_]+)"/g)].map(([, name]) => name!));
  expect(read.size).toBeGreaterThan(10);
  expect([...read].filter((name) => !document.includes(`\`${name}\``))).toEqual([]);
});
