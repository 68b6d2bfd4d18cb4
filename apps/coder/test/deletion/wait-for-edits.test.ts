import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { InstanceHeldError, takeInstanceLock } from "../../src/platform/instance-lock.ts";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, Follower, mintPromptId, openConnection } from "../test-client.ts";

const COUNT = 12;
const WATCHED = ["edit.settled", "delete.stopped", "delete.pinned", "delete.done"];

/** A session whose files are applied and answered for; they become durable only once `release` is called. */
async function setUp() {
  const home = await TestHome.make();
  const [repository, elsewhere] = [await createRepository({ "a.txt": "one\n" }), await createRepository({ "a.txt": "one\n" })];
  for (const each of [repository, elsewhere]) onTestFinished(() => each[Symbol.asyncDispose]());
  const steps: string[] = [];
  const waiters = new Map<string, () => void>();
  const reached = (name: string) => new Promise<void>((resolve) => waiters.set(name, resolve));
  const held = Promise.withResolvers<void>();
  const failpoint = (name: string) => {
    if (WATCHED.includes(name)) steps.push(name);
    waiters.get(name)?.();
    return name === "edit.flushed" ? held.promise : undefined;
  };
  const backend = new ScriptedBackend({
    script: ({ text }) => Array.from({ length: COUNT }, (_, place) => ({ do: "write", path: `${text}${place}.txt`, text })),
  });
  const daemon = await home.start({ backend, failpoint });
  onTestFinished(() => held.resolve());
  const api = callOver(daemon);
  const begin = async (text: string, { path } = repository) => {
    const { id: projectId } = await api.projects.add.mutate({ path });
    const { id: sessionId } = await api.sessions.create.mutate({ projectId });
    const { taskId } = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
    const { client, close } = openConnection(daemon);
    await new Follower(client, sessionId).end(taskId);
    await close();
    return sessionId;
  };
  const apply = async (sessionId: SessionId) => {
    const rows = await api.pendingChanges.list.query({ sessionId });
    await api.pendingChanges.apply.mutate({ sessionId, changeIds: rows.map(({ id }) => id) });
    expect(rows).toHaveLength(COUNT);
  };
  const otherId = await begin("other", elsewhere);
  const sessionId = await begin("applied");
  const flushing = reached("edit.flushed");
  await apply(sessionId);
  await flushing;
  const aheads = () => readdirSync(join(home.dataDir, "edits"));
  expect(aheads()).toHaveLength(1);
  return { home, repository, daemon, api, otherId, sessionId, steps, reached, release: () => held.resolve(), aheads };
}

it("F4 a session is deleted only once what was applied from it is durable", async () => {
  const { repository, api, otherId, sessionId, steps, reached, release, aheads } = await setUp();
  const { path } = (await api.sessions.list.query({})).find(({ id }) => id === sessionId)!.worktree!;
  const stopped = reached("delete.stopped");
  const deleting = api.sessions.delete.mutate({ sessionId });
  await stopped;
  // In another project, together they take longer than a deletion that does not wait.
  for (let look = 0; look < 12; look++) expect(await api.worktreeRisk.report.query({ sessionId: otherId })).toHaveLength(1);
  expect([existsSync(path), steps]).toEqual([true, ["delete.stopped"]]);
  release();
  expect(await deleting).toMatchObject({ trashId: expect.any(String) });
  expect([existsSync(path), steps, aheads()]).toEqual([false, ["delete.stopped", "edit.settled", "delete.pinned", "delete.done"], []]);
  expect(readFileSync(join(repository.path, "applied11.txt"), "utf8")).toBe("applied");
});

it("F36 a daemon that stops lets go of its data directory only once what was applied is durable", async () => {
  const { home, repository, daemon, steps, release, aheads } = await setUp();
  const closing = daemon.close();
  // It serves nobody any more.
  await expect
    .poll(() =>
      fetch(`${daemon.address}/api/health`).then(
        () => true,
        () => false,
      ),
    )
    .toBe(false);
  // Longer than what is left of a stop that does not wait: other daemons come and go.
  for (let life = 0; life < 3; life++) await (await (await TestHome.make()).start()).close();
  await expect(takeInstanceLock(home.dataDir)).rejects.toBeInstanceOf(InstanceHeldError);
  expect([steps, aheads().length]).toEqual([[], 1]);
  release();
  await closing;
  expect([steps, aheads()]).toEqual([["edit.settled"], []]);
  const next = await home.start();
  expect(await callOver(next).projects.list.query()).toHaveLength(2);
  expect(readFileSync(join(repository.path, "applied11.txt"), "utf8")).toBe("applied");
});
