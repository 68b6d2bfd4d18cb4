import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Barrier } from "@boocode/testkit/barrier";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedBackend, type ScriptStep } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

const MIB = 2 ** 20;
const DISK = 192;
const TIMES = 2;
/** What is said each time: more than the log has room for inside the bytes it already takes. */
const SAID = 3_000;
const SIZE = 8_000;

/** Whether this user may mount a small disk in memory. Where not, the tests with a disk that says it is full stand for this one. */
const canMount = await (async () => {
  await using folder = await createTempFolder();
  try {
    execFileSync("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "none", folder.path], { stdio: "ignore" });
    execFileSync("/usr/bin/umount", [folder.path]);
    return true;
  } catch {
    return false;
  }
})();

it.runIf(canMount)(
  "F8 D7 a disk that is really full, again and again in a turn: nothing that was acknowledged is lost, and with room all goes on",
  async () => {
    const repository = await createRepository();
    onTestFinished(() => repository[Symbol.asyncDispose]());
    const home = await TestHome.make({ BOOCODE_LOG_LEVEL: "silent" });
    mkdirSync(home.dataDir);
    execFileSync("/usr/bin/mount", ["-t", "tmpfs", "-o", `size=${DISK}m`, "none", home.dataDir]);
    onTestFinished(() => void execFileSync("/usr/bin/umount", ["--lazy", home.dataDir]));
    const filler = join(home.dataDir, "filler");
    const gates = Array.from({ length: TIMES }, () => new Barrier());
    const say = (part: number) =>
      Array.from({ length: SAID }, (_, index): ScriptStep => {
        return { do: "emit", event: { type: "notice", level: "info", text: `${part}.${index} ${"x".repeat(SIZE)}` } };
      });
    const steps = gates.flatMap((barrier, part): ScriptStep[] => [{ do: "wait", barrier }, ...say(part)]);
    const daemon = await home.start({ backend: new ScriptedBackend({ script: () => steps }) });
    const api = callOver(daemon);
    const project = await api.projects.add.mutate({ path: repository.path });
    const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
    const follower = new Follower(connectTo(daemon), sessionId);
    const prompt = () => ({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text: "go" });
    const { taskId } = await api.tasks.send.mutate(prompt());
    const health = async () => ((await (await fetch(`${daemon.address}/api/health`)).json()) as { status: string }).status;
    const told = () => follower.events.filter(({ body }) => body.type === "notice").length;

    for (const [part, gate] of gates.entries()) {
      await gate.reached;
      fill(filler);
      gate.open();
      while ((await health()) === "ok") expect(told()).toBeLessThan((part + 1) * SAID);
      expect(told()).toBeLessThan((part + 1) * SAID);
      rmSync(filler);
      await follower.until(() => told() === (part + 1) * SAID);
    }
    expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
    expect(await health()).toBe("ok");
    await daemon.close();
    expect(await judgeFault("F8", TIMES, { dataDir: home.dataDir, seen: new Map([[sessionId, follower.events]]) })).toEqual([]);
  },
);

/** Writes until not a byte more fits. */
function fill(file: string): void {
  const opened = openSync(file, "w");
  try {
    for (let size = MIB; size >= 1;) {
      try {
        writeSync(opened, Buffer.alloc(size));
      } catch {
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(opened);
  }
}
