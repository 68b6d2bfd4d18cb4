import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { silentLogger } from "../platform/logger.ts";
import { reapOrphans } from "./reap-orphans.ts";

/** A process that lives until it is ended, in a session of its own as an agent's is, with these markers. */
async function leave(env: Record<string, string>) {
  const script = "process.stdout.write('ready'); setInterval(() => {}, 60_000)";
  const child = spawn(process.execPath, ["-e", script], { env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

it("ends what an earlier run of this installation left, and nothing else", async () => {
  const [installId, runId] = [randomUUID(), randomUUID()];
  const markers = { BOOCODE_INSTALL_ID: installId };
  const orphan = await leave({ ...markers, BOOCODE_RUN_ID: "earlier" });
  const own = await leave({ ...markers, BOOCODE_RUN_ID: runId });
  const strangers = await leave({ BOOCODE_INSTALL_ID: randomUUID(), BOOCODE_RUN_ID: "earlier" });
  const gone = once(orphan, "exit");
  const ended = await reapOrphans({ installId, runId, logger: silentLogger() });
  await gone;
  expect(ended.map(({ pid }) => pid)).toEqual([orphan.pid]);
  expect([own.exitCode, own.signalCode, strangers.exitCode, strangers.signalCode]).toEqual([null, null, null, null]);
  expect(await reapOrphans({ installId, runId, logger: silentLogger() })).toEqual([]);
});

/** Starts another process in a session of its own, says its pid, and lives on or leaves it alone. */
const parentScript = (env: string, rest: string) => `
const { spawn } = require("node:child_process");
const child = spawn(process.execPath, ["-e", "process.stdout.write('x'); setInterval(() => {}, 60_000)"], { env: ${env}, detached: true, stdio: ["ignore", "pipe", "ignore"] });
child.stdout.once("data", () => { process.stdout.write(String(child.pid)); ${rest} });
`;

async function leaveParent(env: Record<string, string>, childEnv: string, rest: string) {
  const parent = spawn(process.execPath, ["-e", parentScript(childEnv, rest)], {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [said] = (await once(parent.stdout, "data")) as [Buffer];
  const childPid = Number(said);
  onTestFinished(() => {
    parent.kill("SIGKILL");
    if (isThere(childPid)) process.kill(childPid, "SIGKILL");
  });
  return { parent, childPid };
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

it("finds what left its parent's session, and what dropped its marks; a stranger of the same name stays", async () => {
  const [installId, runId] = [randomUUID(), randomUUID()];
  const markers = { BOOCODE_INSTALL_ID: installId, BOOCODE_RUN_ID: "earlier" };
  const left = await leaveParent(markers, "process.env", "child.unref(); process.exit();");
  if (left.parent.exitCode === null) await once(left.parent, "exit");
  const kept = await leaveParent(markers, "{}", "setInterval(() => {}, 60_000);");
  // Of the same program and words, and it names the mark, but not as its own.
  const stranger = await leave({ SAYS: `BOOCODE_INSTALL_ID=${installId}`, BOOCODE_RUN_ID: "earlier" });
  const ended = await reapOrphans({ installId, runId, logger: silentLogger() });
  expect(new Set(ended.map(({ pid }) => pid))).toEqual(new Set([left.childPid, kept.parent.pid]));
  expect([left.childPid, kept.childPid].filter(isThere)).toEqual([]);
  expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null]);
});
