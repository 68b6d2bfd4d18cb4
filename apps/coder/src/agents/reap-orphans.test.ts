import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { spawn } from "node:child_process";
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

it.runIf(process.platform === "linux")("ends what an earlier run of this installation left, and nothing else", async () => {
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
