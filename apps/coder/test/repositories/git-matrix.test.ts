import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { SINKS } from "@boocode/testkit/malicious-repository";
import { expect, it } from "vitest";
import { COMMANDS } from "./git-commands.ts";
import { CONTROL } from "./git-controls.ts";
import { pickCells, runCells, SinkGround } from "./git-matrix.ts";

/** Runs its programs only at a terminal: no control can be had here. */
const AT_TERMINAL = "core.pager";
/** Its commands are those of the demo model's shell. */
const IN_SHELL = new Set(["demo/choose-tool.ts"]);
/** Older gits do not know it, and then there is nothing to keep from running. */
const SINCE_2_54 = "hook.command";

it("S9 plain git runs what a repository names: the traps work", async () => {
  const fired: string[] = [];
  for (const sink of Object.keys(SINKS)) {
    await using ground = await SinkGround.make(sink);
    const stdin = sink.startsWith("c") ? "protocol=https\nhost=evil.invalid\n\n" : "q\n";
    if (await ground.runPlain(CONTROL[sink] ?? [], stdin)) fired.push(sink);
  }
  const { stdout } = await promisify(execFile)("git", ["version"]);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout)!.map(Number);
  const isKnown = major! > 2 || minor! >= 54;
  expect(Object.keys(SINKS).filter((sink) => !fired.includes(sink))).toEqual([...(isKnown ? [] : [SINCE_2_54]), AT_TERMINAL]);
  expect(fired.length).toBeGreaterThanOrEqual(15);
});

it("S9 sixty cells of the matrix: the daemon's git runs none of them, and does its work", async () => {
  expect(await runCells(pickCells(60))).toEqual([]);
});

it("S9 the matrix holds every command that the daemon's code has", async () => {
  const { stdout } = await promisify(execFile)("git", ["--list-cmds=builtins"]);
  const builtins = new Set(stdout.split("\n").filter((name) => name !== ""));
  const used = new Set<string>();
  const root = new URL("../../src/", import.meta.url).pathname;
  for (const name of await readdir(root, { recursive: true })) {
    if (!name.endsWith(".ts") || /\.test\.ts$|-fixture\.ts$/.test(name) || IN_SHELL.has(name)) continue;
    const text = await readFile(join(root, name), "utf8");
    if (!/git/i.test(text)) continue;
    for (const [, first = ""] of text.matchAll(/\[\s*"([a-z-]+)"/g)) if (builtins.has(first)) used.add(first);
  }
  const held = new Set(COMMANDS.flatMap(({ name }) => name.split(/[ ,]/)[0]!));
  expect([...used].filter((command) => !held.has(command) && command !== "version")).toEqual([]);
  expect(used.size).toBeGreaterThan(10);
});
