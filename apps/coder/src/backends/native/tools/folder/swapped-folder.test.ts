import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { ConfinedFolder } from "../../../../platform/files/confined-folder.ts";
import { silentLogger } from "../../native-fixture.ts";
import { runToolCall } from "../run-tool-call.ts";
import { TOOLBOXES } from "../toolbox.ts";

const FILES = 1_500;

/** Swaps a folder for a link to another one and back, until it is ended. The folder is in place about half the time. */
const SWAPPER = `
const fs = require("node:fs");
const [folder, away, outside] = process.argv.slice(1);
const attempt = (act) => { try { act(); } catch {} };
console.log("ready");
for (;;) {
  attempt(() => fs.renameSync(folder, away));
  attempt(() => fs.symlinkSync(outside, folder));
  attempt(() => fs.unlinkSync(folder));
  attempt(() => fs.renameSync(away, folder));
  for (const until = performance.now() + Math.random(); performance.now() < until; );
}`;

/** Swaps the folder once, when the first of its files is gone. */
const SWAPPER_ONCE = `
const fs = require("node:fs");
const [folder, away, outside, files] = process.argv.slice(1);
console.log("ready");
while (fs.readdirSync(folder).length >= Number(files));
fs.renameSync(folder, away);
fs.symlinkSync(outside, folder);`;

/** A worktree with a folder `d/sub`, and another process that swaps it for a link to an outside folder with the same file names. */
async function setUp(script: string, files: number) {
  const folder = await createTempFolder();
  const [root, outside] = [join(folder.path, "worktree"), join(folder.path, "outside")];
  for (const place of [outside, join(root, "d/sub")]) {
    await mkdir(place, { recursive: true });
    await promisify(execFile)("bash", ["-c", `touch {1..${files}}.txt`], { cwd: place });
  }
  await promisify(execFile)("touch", ["mark"], { cwd: join(root, "d/sub") });
  const argv = ["-e", script, join(root, "d/sub"), join(root, "away"), outside, String(files)];
  const swapper = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(swapper, "exit");
  for await (const _ of createInterface({ input: swapper.stdout })) break;
  const confined = await ConfinedFolder.open(root);
  return {
    root,
    outside,
    gone,
    call: (name: string, input: unknown) =>
      runToolCall(
        { callId: "c", name, input, invalid: null },
        {
          toolbox: TOOLBOXES.auto,
          place: { mode: "auto", disk: confined, staged: null, env: { PATH: "/usr/local/bin:/usr/bin:/bin" }, guard: null },
          signal: new AbortController().signal,
          emit: () => {},
          logger: silentLogger,
        },
      ),
    async [Symbol.asyncDispose]() {
      swapper.kill("SIGKILL");
      await gone;
      await folder[Symbol.asyncDispose]();
    },
  };
}

it("deletes nothing outside where a folder becomes a link to it in the middle of the deletion", async () => {
  await using place = await setUp(SWAPPER_ONCE, FILES);
  await place.call("delete", { path: "d", recursive: true });
  await place.gone;
  expect(await readdir(place.outside)).toHaveLength(FILES);
  expect(await readdir(join(place.root, "away")).catch(() => [])).toEqual([]);
});

it("runs no command outside while its folder is exchanged for a link to it", async () => {
  await using place = await setUp(SWAPPER, 3);
  const ran: string[] = [];
  for (let round = 0; round < 400 && ran.length < 20; round += 1) {
    const answer = await place.call("command", { argv: ["ls"], cwd: "d/sub" });
    if (answer.startsWith("Exit code 0")) ran.push(answer);
  }
  expect(ran.length).toBeGreaterThan(0);
  expect(ran.filter((answer) => !answer.includes("mark"))).toEqual([]);
});
