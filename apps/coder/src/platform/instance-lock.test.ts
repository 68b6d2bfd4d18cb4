import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { InstanceHeldError, takeInstanceLock } from "./instance-lock.ts";

const HOLD = `
  const { takeInstanceLock } = await import(process.argv[1]);
  try {
    const lock = await takeInstanceLock(process.argv[2]);
    lock.announce("http://127.0.0.1:" + process.pid);
    console.log("won");
    setInterval(() => {}, 1000);
  } catch (error) {
    console.log("lost to " + error.holder?.pid + " at " + error.holder?.address);
  }`;

it("F23 one of ten gets the data directory, the others learn of it, and kill -9 gives it free at once", async () => {
  const folder = temporaryFolder();
  const contenders = await Promise.all(Array.from({ length: 10 }, () => contend(folder)));
  const winners = contenders.filter(({ said }) => said === "won");
  expect(winners).toHaveLength(1);
  const [winner] = winners;
  const { pid } = winner!.child;
  const losers = contenders.filter((contender) => contender !== winner);
  expect(losers.map(({ said }) => said)).toEqual(losers.map(() => `lost to ${pid} at http://127.0.0.1:${pid}`));
  const gone = once(winner!.child, "exit");
  winner!.child.kill("SIGKILL");
  await gone;
  const lock = await takeInstanceLock(folder);
  await expect(takeInstanceLock(folder)).rejects.toThrow(InstanceHeldError);
  lock.release();
  const again = await takeInstanceLock(folder);
  again.release();
});

it("makes the data directory for its owner alone, and writes only the lock before it holds it", async () => {
  const folder = join(temporaryFolder(), "a", "b");
  const lock = await takeInstanceLock(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder).filter((name) => !name.startsWith("daemon."))).toEqual([]);
  expect(statSync(join(folder, "daemon.lock.db")).mode & 0o777).toBe(0o600);
  lock.release();
});

async function contend(folder: string) {
  const module = join(import.meta.dirname, "instance-lock.ts");
  const child = spawn(process.execPath, ["--input-type=module", "-e", HOLD, module, folder], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return { child, said: chunk.toString().trim() };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "boocode-lock-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
