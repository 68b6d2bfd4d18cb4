import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";

const MODULE = join(import.meta.dirname, "hide-environment.ts");
/** Hides all variables except those in its arguments. Prints the result, what it still sees, and what a child program inherits. */
const SCRIPT = `
  const { hideEnvironment } = await import(${JSON.stringify(MODULE)});
  const { execFileSync } = await import("node:child_process");
  process.env.SET_LATER = "set-later";
  const isHidden = hideEnvironment(process.env, (name) => process.argv.slice(2).includes(name));
  const inherited = execFileSync("/usr/bin/env", { encoding: "utf8" }).trim().split("\\n").sort();
  console.log(JSON.stringify({ isHidden, seen: { ...process.env }, inherited }));
  setInterval(() => {}, 60_000);`;

async function hide(env: Record<string, string>, kept: readonly string[]) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT, "--", "hide", ...kept], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`It ended with ${code}`)));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [string];
  ended.catch(() => {});
  const told = JSON.parse(line) as { isHidden: boolean; seen: Record<string, string>; inherited: string[] };
  return { ...told, shown: await readFile(`/proc/${child.pid}/environ`, "latin1") };
}

const CANARIES = {
  BOOCODE_TOKEN: "canary-1",
  OPENAI_API_KEY: "canary-2",
  EMPTY: "",
  UMLAUT_KEY: "canary-ü",
  LONG: "canary".repeat(10_000),
};

it("hides variables from itself, its children and other processes", async () => {
  const hidden = await hide({ HOME: "/home/somebody", ...CANARIES, LANG: "C.UTF-8" }, ["HOME", "LANG"]);
  expect(hidden.isHidden).toBe(true);
  expect(hidden.seen).toEqual({ HOME: "/home/somebody", LANG: "C.UTF-8" });
  expect(hidden.inherited).toEqual(["HOME=/home/somebody", "LANG=C.UTF-8"]);
  expect(hidden.shown.split("\0").filter((one) => one !== "")).toEqual(["HOME=/home/somebody", "LANG=C.UTF-8"]);
});

it("hides everything if nothing is kept, and nothing if everything is kept", async () => {
  const nothing = await hide({ ...CANARIES }, []);
  expect([nothing.isHidden, nothing.seen, nothing.shown.replaceAll("\0", "")]).toEqual([true, {}, ""]);
  const all = await hide({ A: "1", B: "2" }, ["A", "B", "SET_LATER"]);
  expect(all.shown).toBe("A=1\0B=2\0");
  expect(all.inherited).toEqual(["A=1", "B=2", "SET_LATER=set-later"]);
});
