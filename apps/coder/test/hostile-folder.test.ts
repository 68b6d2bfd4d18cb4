import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionId } from "@boocode/shared/ids";
import { recordFault } from "@boocode/testkit/record-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "./test-client.ts";
import { TestHome } from "./start-test-daemon.ts";

const ODD_NAMES = ["new\nline", "\u001b[31mred", "--upload-pack=x", "-", "$(touch x)", ";", " ", "quote'\"", "ü\u202Ecod.exe"];
const MANY = 500;
const DEEP = 150;

it(
  "F34 S8 a folder full of traps: everything that looks at it answers, and the daemon goes on answering beside it",
  { timeout: 300_000 },
  async () => {
    const repository = await createRepository({ "a.txt": "one\n" });
    onTestFinished(() => repository[Symbol.asyncDispose]());
    plantTraps(repository.path, 0);
    const home = await TestHome.make();
    const backend = new ScriptedBackend({ script: ({ text }) => [{ do: "write", path: text, text }] });
    const daemon = await home.start({ backend });
    const api = callOver(daemon);
    const beside = answerBeside(daemon.address);

    const project = await api.projects.add.mutate({ path: repository.path });
    const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
    const follower = new Follower(connectTo(daemon), sessionId);
    const turn = async (text: string) => {
      const { taskId } = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
      expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
    };
    await turn("first.txt");
    const path = await pathOf(sessionId);
    plantTraps(path, MANY);
    await turn("second.txt");

    const changes = await api.pendingChanges.list.query({ sessionId });
    const shown = new Set(changes.map((change) => change.path));
    expect([...shown]).toEqual(expect.arrayContaining(["first.txt", "second.txt", "zero", ...ODD_NAMES.filter((name) => name !== " ")]));
    // What never ends, or is nothing to read, is not in the list; it is not forgotten either.
    expect([shown.has("pipe"), shown.has("sparse")]).toEqual([false, false]);
    const traps = changes.filter((change) => change.path === "zero" || ODD_NAMES.includes(change.path));
    for (const { id } of traps) await api.pendingChanges.diff.query({ sessionId, changeId: id });
    const [report] = await api.worktreeRisk.report.query({ sessionId });
    expect(report).toMatchObject({ verdict: expect.stringMatching(/at_risk|unknown/) });
    await api.worktreeRisk.inventory.query();

    const refused = await api.sessions.delete.mutate({ sessionId }).then(
      () => null,
      (error: { data: { fault: { kind: string; consent: string } } }) => error.data.fault,
    );
    const names = readdirSync(path).toSorted();
    const { trashId } = await api.sessions.delete.mutate({ sessionId, force: true, consent: refused!.consent });
    await api.trash.restore.mutate({ trashId: trashId! });
    expect(readdirSync(path).toSorted()).toEqual(names);
    const answers = await beside.stop();
    expect(answers).toBeGreaterThan(5);
    recordFault({ fault: "F34", repetitions: ODD_NAMES.length + 5, bytesLost: 0 });

    async function pathOf(id: SessionId): Promise<string> {
      return (await api.sessions.list.query()).find((session) => session.id === id)!.worktree!.path;
    }
  },
);

/** What a careless reader would wait for, read for ever, follow, or take for an option. */
function plantTraps(folder: string, many: number): void {
  execFileSync("/usr/bin/mkfifo", [join(folder, "pipe")]);
  writeFileSync(join(folder, "sparse"), "");
  truncateSync(join(folder, "sparse"), 2 ** 40);
  symlinkSync("/dev/zero", join(folder, "zero"));
  symlinkSync("..", join(folder, "up"));
  let deep = folder;
  for (let level = 0; level < DEEP; level += 1) deep = join(deep, "d");
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, "bottom.txt"), "deep\n");
  for (const name of ODD_NAMES) writeFileSync(join(folder, name), `${name}\n`);
  mkdirSync(join(folder, "many"));
  for (let index = 0; index < many; index += 1) writeFileSync(join(folder, "many", `${index}.txt`), "x");
}

/** Asks the daemon for its health again and again, until it is stopped; returns how often it answered. */
function answerBeside(address: string): { stop(): Promise<number> } {
  let isStopped = false;
  let answers = 0;
  const asking = (async () => {
    while (!isStopped) {
      const { ok } = await fetch(`${address}/api/health`);
      if (ok) answers += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    stop: async () => {
      isStopped = true;
      await asking;
      return answers;
    },
  };
}
