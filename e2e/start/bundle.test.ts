import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { expect, it, onTestFinished } from "vitest";
import { runTurn } from "./run-turn.ts";
import { ROOT, StartedProgram } from "./started-program.ts";

const START = ["node", join(ROOT, "tooling/bootstrap/run.cjs"), "start"] as const;
const BUNDLE = join(ROOT, "apps/coder/bundle");
const EXTERNAL = /^(?:import|export) [^;]*?from "((?!node:|\.)[^"]+)"/gm;

/** The packages with compiled code, which the bundle leaves outside. */
const NATIVE = ["@lydell/node-pty", "better-sqlite3"];

it("nothing is built if nothing changed", async () => {
  expect(await (await StartedProgram.start([...START, "--version"])).ended).toBe(0);
  const before = await stat(join(BUNDLE, "main.js"));
  const again = await StartedProgram.start([...START, "--version"]);
  expect(await again.ended).toBe(0);
  expect(again.output).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await stat(join(BUNDLE, "main.js"))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
});

it("only packages with native code stay outside the bundle", async () => {
  expect(await (await StartedProgram.start([...START, "--version"])).ended).toBe(0);
  const names = (await readdir(BUNDLE)).filter((name) => name.endsWith(".js"));
  const code = await Promise.all(names.map((name) => readFile(join(BUNDLE, name), "utf8")));
  const imported = code.flatMap((text) => [...text.matchAll(EXTERNAL)].map(([, name]) => name));
  expect([...new Set(imported)].filter((name) => !isBuiltin(name!)).toSorted()).toEqual(NATIVE);
  expect(Object.keys(JSON.parse(await readFile(join(BUNDLE, "native.json"), "utf8")) as object).toSorted()).toEqual(NATIVE);
});

it("a turn runs in the bundle, with the search worker and the process that starts git", async () => {
  const model = await ScriptedModel.start({
    script: (_, index) => ({
      steps: index === 0 ? [{ kind: "tool", name: "search", arguments: { query: "export" } }] : [{ kind: "words", count: 1 }],
    }),
  });
  onTestFinished(() => model[Symbol.asyncDispose]());
  const program = await StartedProgram.start(START, { env: { BOOCODE_MODEL_URL: model.baseUrl, BOOCODE_MODEL_KEY: model.apiKey } });
  const { events, ended } = await runTurn(await program.ready(), "search");
  expect(ended).toMatchObject({ state: "completed" });
  const searched = events.flatMap(({ body }) => (body.type === "tool.updated" ? [body.result?.output] : []));
  expect(searched).toContainEqual(expect.stringContaining("format-list.js:2: export function"));
});

it("a stack trace names lines of the sources", async () => {
  const bin = await createTempFolder("boocode-bin-");
  onTestFinished(() => bin[Symbol.asyncDispose]());
  await writeFile(join(bin.path, "git"), '#!/bin/sh\n[ "$1" = update-ref ] && exit 3\nPATH=/usr/bin:/bin exec git "$@"\n');
  await chmod(join(bin.path, "git"), 0o755);
  const program = await StartedProgram.start(START, { bin: bin.path });
  const { ended } = await runTurn(await program.ready(), "hello");
  expect(ended).toMatchObject({ state: "failed", cause: "worktree_failed" });
  const log = await readFile(join(program.home, ".local/share/boocode/logs/boocode.log"), "utf8");
  expect(log).toMatch(new RegExp(`at [^\\\\]*\\(${ROOT}/apps/coder/src/platform/git/git\\.ts:\\d+:\\d+\\)`));
  expect(log).not.toContain("/bundle/");
});
