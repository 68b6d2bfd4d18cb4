import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, mintPromptId } from "../test-client.ts";

/** How long a busy machine may need. */
const PATIENT = { timeout: 60_000 };

it("W8 stashed work outlives its session, in the trash and purged, and comes into another one", async () => {
  const home = await TestHome.make();
  const repository = await createRepository({ "a.txt": "one\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const backend = new ScriptedBackend({ script: ({ text }) => [{ do: "write", path: `${text}.txt`, text }] });
  const daemon = await home.start({ backend });
  const api = callOver(daemon);
  const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
  const begin = async (text: string) => {
    const { id: sessionId } = await api.sessions.create.mutate({ projectId });
    await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
    await expect.poll(() => changedIn(sessionId), PATIENT).toEqual([`${text}.txt`]);
    await expect.poll(async () => (await find(sessionId)).status, PATIENT).toBe("idle");
    return sessionId;
  };
  const find = async (sessionId: SessionId) => (await api.sessions.list.query()).find(({ id }) => id === sessionId)!;
  const changedIn = async (sessionId: SessionId) => (await api.pendingChanges.list.query({ sessionId })).map(({ path }) => path);

  const sessionId = await begin("work");
  expect(await api.worktreeRisk.report.query({ sessionId })).toMatchObject([
    { verdict: "at_risk", untracked: 1, untrackedFiles: ["work.txt"] },
  ]);
  // Another browser.
  const told: string[] = [];
  const started = Promise.withResolvers<void>();
  connectTo(daemon).events.workspace.subscribe(undefined, {
    onStarted: () => started.resolve(),
    onData: (event) => void (event.kind === "changed" && event.noun === "stashes" && told.push(...event.ids)),
  });
  await started.promise;
  const { stashId, ...stashed } = await api.worktreeRisk.stash.mutate({ sessionId });
  expect(stashed).toMatchObject({ stashed: true, message: "1 file is kept in a stash.", reports: [{ verdict: "safe" }] });
  await expect.poll(() => told, PATIENT).toEqual([stashId]);
  const { trashId } = await api.sessions.delete.mutate({ sessionId });
  await api.trash.purge.mutate({ trashId: trashId! });

  const [stash] = await api.worktreeRisk.stashes.query({ projectId });
  expect(stash).toMatchObject({ stashId, sessionId, sessionTitle: null, files: 1 });
  const other = await begin("other");
  expect(await api.worktreeRisk.applyStash.mutate({ stashId: stashId!, sessionId: other })).toMatchObject({ paths: ["work.txt"] });
  expect(readFileSync(join((await find(other)).worktree!.path, "work.txt"), "utf8")).toBe("work");
  expect((await changedIn(other)).toSorted()).toEqual(["other.txt", "work.txt"]);
  await api.worktreeRisk.dropStash.mutate({ stashId: stashId! });
  await expect.poll(() => told, PATIENT).toEqual([stashId, stashId]);
  expect(await api.worktreeRisk.stashes.query({ projectId })).toEqual([]);
  expect(await api.worktreeRisk.droppedStashes.query({ projectId })).toMatchObject([{ stashId, files: 1 }]);
  await api.worktreeRisk.takeStashBack.mutate({ stashId: stashId! });
  await expect.poll(() => told, PATIENT).toEqual([stashId, stashId, stashId]);
  expect(await api.worktreeRisk.stashes.query({ projectId })).toMatchObject([{ stashId }]);
});
