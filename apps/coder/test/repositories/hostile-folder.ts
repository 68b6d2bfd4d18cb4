import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionId, TrashId } from "@boocode/shared/ids";
import { recordFault } from "@boocode/testkit/record-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, onTestFinished } from "vitest";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

const ODD_NAMES = ["new\nline", "\u001b[31mred", "--upload-pack=x", "-", "$(touch x)", ";", " ", "quote'\"", "ü\u202Ecod.exe"];
const DEEP = 150;
/** Sorts behind the odd names, because a checkpoint takes only so many new files. */
const MANY = "～many";

/** Works in a folder full of traps and `many` files: everything that looks at it answers, and the daemon goes on answering beside it. */
export async function enterHostileFolder(many: number): Promise<void> {
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
  plantTraps(path, many);
  await turn("second.txt");

  const changes = await api.pendingChanges.list.query({ sessionId });
  const shown = new Set(changes.map((change) => change.path));
  expect([...shown]).toEqual(expect.arrayContaining(["first.txt", "zero", ...ODD_NAMES.filter((name) => name !== " ")]));
  // The new files of others in one folder do not take the room of what the agent has written.
  expect([...shown]).toContain("second.txt");
  const { paths: leftOut } = await api.pendingChanges.leftOut.query({ sessionId });
  expect(leftOut).toEqual(many > 5_000 ? ["sparse", `${MANY}/`] : ["sparse"]);
  // What never ends, or is nothing to read, is not in the list; it is not forgotten either.
  expect([shown.has("pipe"), shown.has("sparse")]).toEqual([false, false]);
  const traps = changes.filter((change) => change.path === "zero" || ODD_NAMES.includes(change.path));
  for (const { id } of traps) await api.pendingChanges.diff.query({ sessionId, changeId: id });
  const [report] = await api.worktreeRisk.report.query({ sessionId });
  expect(report).toMatchObject({ verdict: expect.stringMatching(/at_risk|unknown/) });
  await api.worktreeRisk.inventory.query();

  const names = readdirSync(path).toSorted();
  let deleted: { trashId: TrashId | null } | null = null;
  // On a busy machine so many files may not be read in time the one time, and be the other: then it asks again.
  for (let consent: string | null = null, asked = 0; deleted === null && asked < 10; asked += 1) {
    const input = { sessionId, ...(consent !== null && { force: true, consent }) };
    deleted = await api.sessions.delete.mutate(input).catch((error: { data: { fault: { kind: string; consent: string } } }) => {
      expect(error.data.fault.kind).toMatch(/^(work_at_risk|risk_unknown)$/);
      ({ consent } = error.data.fault);
      return null;
    });
    expect(deleted === null || asked > 0).toBe(true);
  }
  const trashId = deleted!.trashId;
  await api.trash.restore.mutate({ trashId: trashId! });
  expect(readdirSync(path).toSorted()).toEqual(names);
  const answers = await beside.stop();
  expect(answers).toBeGreaterThan(5);
  recordFault({ fault: "F34", repetitions: ODD_NAMES.length + 5 });

  async function pathOf(id: SessionId): Promise<string> {
    return (await api.sessions.list.query()).find((session) => session.id === id)!.worktree!.path;
  }
}

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
  mkdirSync(join(folder, MANY));
  for (let index = 0; index < many; index += 1) writeFileSync(join(folder, MANY, `${index}.txt`), "x");
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
  // A test that fails ends the daemon first.
  asking.catch(() => {});
  return {
    stop: async () => {
      isStopped = true;
      await asking;
      return answers;
    },
  };
}
