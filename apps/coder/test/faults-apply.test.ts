import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionId } from "@boocode/shared/ids";
import { crashAtEveryPoint } from "@boocode/testkit/failpoints";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import type { ArmMessage } from "./crashing-daemon.ts";
import { DaemonProcess, TestHome, type DaemonAddress } from "./start-test-daemon.ts";
import { BOOCODE, callOver, Follower, mintPromptId, openConnection } from "./test-client.ts";

const PROGRAM = new URL("./crashing-daemon.ts", import.meta.url).pathname;

it(
  "F4 killed at any step of applying, the daemon finishes it at its next start or has touched nothing, and leaves no temporary file",
  { timeout: 600_000 },
  async () => {
    const home = await TestHome.make();
    const repository = await createRepository({ "0.txt": "kept\n" });
    onTestFinished(() => repository[Symbol.asyncDispose]());
    const list = () => readdirSync(repository.path).filter((name) => name !== ".git");
    let { program, daemon } = await start(home);
    const project = await callOver(daemon).projects.add.mutate({ path: repository.path });

    // The first edit of a repository creates the folder of its refs with one git more.
    const first = await callOver(daemon).sessions.create.mutate({ projectId: project.id });
    await runTurn(daemon, first.id, "first");
    const rows = await callOver(daemon).pendingChanges.list.query({ sessionId: first.id });
    await callOver(daemon).pendingChanges.apply.mutate({ sessionId: first.id, changeIds: rows.map(({ id }) => id) });

    const names = await crashAtEveryPoint(async (index) => {
      const api = callOver(daemon);
      const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
      const files = [`a${index}`, `b${index}`];
      await runTurn(daemon, sessionId, files.join(" "));
      const changeIds = (await api.pendingChanges.list.query({ sessionId })).map(({ id }) => id);
      const before = list();
      await arm(program, { crashAt: index });
      const applied = await api.pendingChanges.apply.mutate({ sessionId, changeIds }).catch(() => null);
      if (applied !== null) await program.end("SIGTERM");
      await program.exited;
      const killedAt = /^Killed at (.+)$/m.exec(program.stdout)?.[1] ?? null;
      ({ program, daemon } = await start(home));
      const [edit] = await callOver(daemon).pendingChanges.edits.query({ sessionId });
      const pending = await callOver(daemon).pendingChanges.list.query({ sessionId });
      // What was recorded is finished; before that, nothing was touched.
      expect([undefined, "done"]).toContain(edit?.state);
      expect(pending.map(({ id }) => id)).toEqual(edit ? [] : changeIds);
      expect(list()).toEqual(edit ? [...before, ...files.map((name) => `${name}.txt`)].toSorted() : before);
      for (const name of edit ? files : []) expect(readFileSync(join(repository.path, `${name}.txt`), "utf8")).toBe(files.join(" "));
      return killedAt;
    });

    expect(names).toEqual(expect.arrayContaining(["edit.recorded", "edit.temporary", "edit.temporaries", "edit.file.0", "edit.file.1"]));
    expect(names).toEqual(expect.arrayContaining(["edit.written", "edit.done", "git.mktree"]));
    expect(await repository.git("status", "--porcelain", "--untracked-files=no")).toBe("");
  },
);

async function runTurn(daemon: DaemonAddress, sessionId: SessionId, text: string): Promise<void> {
  const { client, close } = openConnection(daemon);
  const follower = new Follower(client, sessionId);
  const { taskId } = await client.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
  await close();
}

async function start(home: TestHome) {
  const child = fork(PROGRAM, [], {
    env: { ...home.env, NODE_COMPILE_CACHE: join(home.path, "compiled") },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
  });
  const program = new DaemonProcess(child);
  return { program, daemon: await program.ready() };
}

async function arm(program: DaemonProcess, message: ArmMessage): Promise<void> {
  const armed = once(program.child, "message");
  program.child.send(message);
  await armed;
}
