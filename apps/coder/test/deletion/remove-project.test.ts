import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { TRPCClientError } from "@trpc/client";
import { expect, it, onTestFinished } from "vitest";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";

/** A project with an active session, an archived one, and one in the trash, each with a file that is only there. */
async function setUp() {
  const home = await TestHome.make();
  const repository = await createRepository({ "a.txt": "one\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const backend = new ScriptedBackend({ script: ({ text }) => [{ do: "write", path: `${text}.txt`, text }] });
  const daemon = await home.start({ backend });
  const api = callOver(daemon);
  const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
  const begin = async (text: string) => {
    const { id: sessionId } = await api.sessions.create.mutate({ projectId });
    const { taskId } = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
    await new Follower(connectTo(daemon), sessionId).end(taskId);
    return sessionId;
  };
  const destroy = async (sessionId: SessionId) => {
    const shown = await faultOf(api.sessions.delete.mutate({ sessionId }));
    const { trashId } = await api.sessions.delete.mutate({ sessionId, force: true, consent: shown.consent as string });
    return trashId!;
  };
  const ids = { active: await begin("active"), archived: await begin("archived"), trashed: await begin("trashed") };
  await api.sessions.archive.mutate({ sessionId: ids.archived });
  const trashId = await destroy(ids.trashed);
  return { home, repository, api, projectId, ids, trashId, destroy };
}

async function faultOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const error = await call.then(
    () => null,
    (failure: unknown) => failure,
  );
  if (!(error instanceof TRPCClientError)) throw error ?? new Error("It was not refused");
  const { fault, httpStatus } = error.data as { fault: object; httpStatus: number };
  return { ...fault, httpStatus };
}

it("a project with sessions is not removed, neither for archived ones nor for what is in the trash, and nothing of it goes", async () => {
  const { repository, api, projectId, ids, trashId, destroy } = await setUp();
  const remove = () => api.projects.remove.mutate({ projectId });
  const state = async () => ({
    projects: await api.projects.list.query(),
    sessions: (await api.sessions.list.query({ includeArchived: true })).map(({ id, archived, worktree }) => ({ id, archived, worktree })),
    // Its size is measured meanwhile.
    trash: (await api.trash.list.query()).map((entry) => ({ ...entry, size: null })),
    refs: await repository.git("for-each-ref"),
    worktrees: await repository.git("worktree", "list"),
  });
  const busy = (counts: object) => ({ kind: "project_busy", projectId, orphans: 0, ...counts, httpStatus: 409 });
  const before = await state();
  expect(before.sessions).toHaveLength(2);
  expect(await faultOf(remove())).toEqual(busy({ sessions: 2, archived: 1, trashed: 1 }));
  expect(await state()).toEqual(before);
  for (const { id, worktree } of before.sessions) {
    const name = id === ids.active ? "active" : "archived";
    expect(readFileSync(join(worktree!.path, `${name}.txt`), "utf8")).toBe(name);
  }

  // Only what is in the trash is left, or only an archived session.
  await destroy(ids.active);
  expect(await faultOf(remove())).toEqual(busy({ sessions: 1, archived: 1, trashed: 2 }));
  for (const { id } of await api.trash.list.query()) if (id !== trashId) await api.trash.purge.mutate({ trashId: id });
  const archivedToo = await destroy(ids.archived);
  expect(await faultOf(remove())).toEqual(busy({ sessions: 0, archived: 0, trashed: 2 }));
  await api.trash.purge.mutate({ trashId });
  expect(await faultOf(remove())).toEqual(busy({ sessions: 0, archived: 0, trashed: 1 }));
  expect(await api.trash.restore.mutate({ trashId: archivedToo })).toEqual({ sessionId: ids.archived });
  expect(await faultOf(remove())).toEqual(busy({ sessions: 1, archived: 1, trashed: 0 }));

  await api.trash.purge.mutate({ trashId: await destroy(ids.archived) });
  await remove();
  expect(await api.projects.list.query()).toEqual([]);
  expect(await faultOf(remove())).toMatchObject({ kind: "project_not_found", httpStatus: 404 });
  expect(existsSync(repository.path)).toBe(true);
  expect(readFileSync(join(repository.path, "a.txt"), "utf8")).toBe("one\n");
});

it("a project with several browsers at it is either removed or has the new session, never both", async () => {
  const home = await TestHome.make();
  const repository = await createRepository({ "a.txt": "one\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const api = callOver(await home.start({ backend: new ScriptedBackend({ script: () => [] }) }));
  for (let round = 0; round < 10; round += 1) {
    const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
    const asked = [() => api.projects.remove.mutate({ projectId }), () => api.sessions.create.mutate({ projectId })];
    const [one, other] = await Promise.allSettled((round % 2 === 0 ? asked : asked.toReversed()).map((ask) => ask()));
    expect([one!.status, other!.status].toSorted()).toEqual(["fulfilled", "rejected"]);
    const kept = await api.sessions.list.query();
    expect(kept).toHaveLength((await api.projects.list.query()).length);
    for (const { id: sessionId } of kept) await api.sessions.delete.mutate({ sessionId });
    for (const { id: trashId } of await api.trash.list.query()) await api.trash.purge.mutate({ trashId });
    for (const { id } of await api.projects.list.query()) await api.projects.remove.mutate({ projectId: id });
  }
});
