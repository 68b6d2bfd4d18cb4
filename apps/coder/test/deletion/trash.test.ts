import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openDatabase } from "@boocode/db/open-database";
import { insertTrash } from "@boocode/db/stores/sessions/trash-store";
import { type SessionId, TrashId } from "@boocode/shared/ids";
import { buildTrash } from "@boocode/shared/testing/build";
import { createRepository, runGit, type TestRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { toWorkMark } from "../../src/platform/processes/work-mark.ts";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, mintPromptId } from "../test-client.ts";

/** A daemon with one project, whose agent writes the file that a prompt names. */
async function setUp() {
  const home = await TestHome.make();
  const repository = await createRepository({ "a.txt": "one\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const backend = new ScriptedBackend({
    script: ({ text }) => (text === "wait" ? [{ do: "never" }] : [{ do: "write", path: `${text}.txt`, text }]),
  });
  const daemon = await home.start({ backend });
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const send = (sessionId: SessionId, text: string) =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  /** A session in which a turn has written a file. */
  const begin = async (text: string) => {
    const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
    const ended = watch(daemon, sessionId);
    await send(sessionId, text);
    await ended;
    return sessionId;
  };
  const path = async (sessionId: SessionId) =>
    (await api.sessions.list.query({ includeArchived: true })).find(({ id }) => id === sessionId)!.worktree!.path;
  return { home, daemon, api, project, repository, begin, send, path };
}

/** Resolves when a task of the session has ended. */
function watch(daemon: Parameters<typeof connectTo>[0], sessionId: SessionId): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscription = connectTo(daemon).events.session.subscribe(
    { sessionId },
    {
      onData: ({ data }) => {
        if (data.kind === "events" && data.events.some(({ body }) => body.type === "task.ended")) resolve();
      },
    },
  );
  return promise.finally(() => subscription.unsubscribe());
}

const faultOf = (
  call: Promise<unknown>,
): Promise<{ kind: string; consent: string; reports: { verdict: string; liveProcesses: { pid: number }[] }[] }> =>
  call.then(
    () => {
      throw new Error("It was not refused");
    },
    (error: { data: { fault: never } }) => error.data.fault,
  );

const refsOf = async (repository: TestRepository) =>
  (await repository.git("for-each-ref", "--format=%(refname)", "refs/boocode")).split("\n");

it("deletes, lists, restores and purges a session", async () => {
  const { api, begin, path, repository, project } = await setUp();
  const sessionId = await begin("work");
  const worktree = await path(sessionId);
  const before = await runGit(worktree, ["status", "--porcelain", "--branch"]);
  const refused = await faultOf(api.sessions.delete.mutate({ sessionId }));
  expect(refused).toMatchObject({ kind: "work_at_risk", reports: [{ untracked: 1 }] });
  expect((await api.sessions.list.query())[0]).toMatchObject({ id: sessionId, isDeleting: false });

  const { trashId } = await api.sessions.delete.mutate({ sessionId, force: true, consent: refused.consent });
  expect(await api.sessions.list.query({ includeArchived: true })).toEqual([]);
  expect(await api.trash.list.query()).toMatchObject([
    { id: trashId, sessionId, chats: 1, holds: "folder", isForced: true, kind: "session" },
  ]);
  expect(await repository.git("worktree", "list")).not.toContain(worktree);
  expect(await faultOf(api.projects.remove.mutate({ projectId: project.id }))).toMatchObject({ kind: "project_busy" });
  // A second browser gets the same answer.
  expect(await api.sessions.delete.mutate({ sessionId })).toEqual({ trashId });

  expect(await api.trash.restore.mutate({ trashId: trashId! })).toEqual({ sessionId });
  expect(readFileSync(join(worktree, "work.txt"), "utf8")).toBe("work");
  expect(await runGit(worktree, ["status", "--porcelain", "--branch"])).toBe(before);
  expect(await api.trash.list.query()).toEqual([]);
  expect(await api.pendingChanges.list.query({ sessionId })).toMatchObject([{ path: "work.txt", agent: "boocode" }]);
  const [chat] = await api.chats.list.query({ sessionId });
  expect((await api.chats.transcript.query({ chatId: chat!.id })).items.length).toBeGreaterThan(1);

  const again = await faultOf(api.sessions.delete.mutate({ sessionId }));
  const second = await api.sessions.delete.mutate({ sessionId, force: true, consent: again.consent });
  await api.trash.purge.mutate({ trashId: second.trashId! });
  expect(await api.trash.list.query()).toEqual([]);
  expect(await refsOf(repository)).toEqual([""]);
  expect(readdirSync(join(dirname(worktree), ".trash"))).toEqual([]);
  expect(await faultOf(api.sessions.delete.mutate({ sessionId }))).toMatchObject({ kind: "session_not_found" });
  expect(await faultOf(api.trash.restore.mutate({ trashId: second.trashId! }))).toMatchObject({ kind: "trash_not_found" });
  await api.projects.remove.mutate({ projectId: project.id });
});

it("W2: a consent counts for exactly what was shown", async () => {
  const { api, begin, path } = await setUp();
  const sessionId = await begin("work");
  const shown = await faultOf(api.sessions.delete.mutate({ sessionId }));
  writeFileSync(join(await path(sessionId), "work.txt"), "one byte more");
  const again = await faultOf(api.sessions.delete.mutate({ sessionId, force: true, consent: shown.consent }));
  expect(again).toMatchObject({ kind: "work_at_risk" });
  expect(again.consent).not.toBe(shown.consent);
  expect(await faultOf(api.sessions.delete.mutate({ sessionId, consent: again.consent }))).toMatchObject({ kind: "work_at_risk" });
});

it("stops a turn only when forced, and refuses new prompts meanwhile", async () => {
  const { api, begin, send, path } = await setUp();
  const sessionId = await begin("work");
  const { taskId } = await send(sessionId, "wait");
  const shown = await faultOf(api.sessions.delete.mutate({ sessionId }));
  expect(shown).toMatchObject({ kind: "work_at_risk", reports: [{ runningTasks: 1 }] });
  const isOpen = async () => (await api.tasks.list.query({ sessionId })).find(({ id }) => id === taskId)?.state;
  expect(["queued", "running"]).toContain(await isOpen());
  const worktree = await path(sessionId);
  const deleting = api.sessions.delete.mutate({ sessionId, force: true, consent: shown.consent });
  const { trashId } = await deleting;
  expect(await faultOf(send(sessionId, "more"))).toMatchObject({ kind: "session_not_found" });
  await api.trash.restore.mutate({ trashId: trashId! });
  expect(await isOpen()).toBe("cancelled");
  expect(readFileSync(join(worktree, "work.txt"), "utf8")).toBe("work");
});

it("F31: brings back what the person noted, allowed and staged, also after git has collected its garbage", async () => {
  const { api, begin, repository } = await setUp();
  const sessionId = await begin("work");
  await api.pendingChanges.add.mutate({ sessionId, path: "staged.txt", content: "staged by the person\n", baseOid: null });
  const rows = await api.pendingChanges.list.query({ sessionId });
  const work = rows.find(({ path }) => path === "work.txt")!;
  await api.pendingChanges.markViewed.mutate({ sessionId, changeId: work.id, viewed: true });
  await api.permissions.addRule.mutate({ sessionId, toolKind: "command", argvPrefix: ["make"] });
  const read = async () => ({
    rows: await api.pendingChanges.list.query({ sessionId }),
    viewed: await api.pendingChanges.viewed.query({ sessionId }),
    rules: await api.permissions.rules.query({ sessionId }),
    diff: await api.pendingChanges.diff.query({ sessionId, changeId: rows.find(({ path }) => path === "staged.txt")!.id }),
    agents: await api.agentSessions.list.query({ sessionId }),
  });
  const before = await read();
  const shown = await faultOf(api.sessions.delete.mutate({ sessionId }));
  expect(shown).toMatchObject({ reports: [{ stagedChanges: 1 }] });
  const { trashId } = await api.sessions.delete.mutate({ sessionId, force: true, consent: shown.consent });
  await repository.git("reflog", "expire", "--expire=now", "--all");
  await repository.git("gc", "--quiet", "--prune=now");
  await api.trash.restore.mutate({ trashId: trashId! });
  // Its agent was let go, and resumes with the next prompt.
  const cold = before.agents.map((agent) => ({
    ...agent,
    warm: false,
    rssBytes: null,
    openedAt: null,
    isShared: false,
    keptBecause: null,
  }));
  expect(await read()).toEqual({ ...before, agents: cold });
});

it("ends what works for the session, also what does not listen, and leaves the person's own programs alone", async () => {
  const { api, begin, path } = await setUp();
  const sessionId = await begin("work");
  const worktree = await path(sessionId);
  const start = (env: Record<string, string>) => {
    const child = spawn("sh", ["-c", "trap '' TERM HUP; echo ready; while :; do sleep 1; done"], {
      cwd: worktree,
      env: { PATH: process.env["PATH"], ...env },
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return once(child.stdout!, "data").then(() => child);
  };
  const [own, persons] = await Promise.all([start(toWorkMark(sessionId, null)), start({})]);
  const shown = await faultOf(api.sessions.delete.mutate({ sessionId }));
  const pids = shown.reports.flatMap(({ liveProcesses }) => liveProcesses.map(({ pid }) => pid));
  expect(pids).toEqual(expect.arrayContaining([own.pid, persons.pid]));
  const ended = once(own, "exit");
  const { trashId } = await api.sessions.delete.mutate({ sessionId, force: true, consent: shown.consent });
  await ended;
  expect([own.signalCode, persons.exitCode, persons.signalCode]).toEqual(["SIGKILL", null, null]);
  await api.trash.restore.mutate({ trashId: trashId! });
  expect(readFileSync(join(worktree, "work.txt"), "utf8")).toBe("work");
});

it("takes no new work of any kind while it is being deleted", async () => {
  const { api, begin, send, daemon, home } = await setUp();
  const sessionId = await begin("work");
  const [row] = await api.pendingChanges.list.query({ sessionId });
  // As if a deletion were under way for as long as the test looks.
  const record = buildTrash({ id: TrashId.parse("trash_held"), sessionId, projectId: (await api.projects.list.query())[0]!.id });
  await using db = await openDatabase({ file: join(home.dataDir, "boocode.db") });
  await db.write("full", (tx) => insertTrash(tx, record));
  expect((await connectTo(daemon).sessions.list.query())[0]).toMatchObject({ isDeleting: true });
  const [chat] = await api.chats.list.query({ sessionId });
  const calls: [string, () => Promise<unknown>][] = [
    ["tasks.send", () => send(sessionId, "more")],
    ["chats.create", () => api.chats.create.mutate({ sessionId })],
    ["chats.rename", () => api.chats.rename.mutate({ chatId: chat!.id, title: "Other" })],
    ["chats.reopen", () => api.chats.reopen.mutate({ chatId: chat!.id })],
    ["sessions.rename", () => api.sessions.rename.mutate({ sessionId, title: "Other" })],
    ["sessions.archive", () => api.sessions.archive.mutate({ sessionId })],
    ["pendingChanges.apply", () => api.pendingChanges.apply.mutate({ sessionId, changeIds: [row!.id] })],
    ["pendingChanges.reject", () => api.pendingChanges.reject.mutate({ sessionId, changeIds: [row!.id] })],
    ["worktreeRisk.repair", () => api.worktreeRisk.repair.mutate({ sessionId, from: "checkpoint" })],
  ];
  for (const [name, call] of calls) expect([name, await faultOf(call())]).toMatchObject([name, { kind: "session_deleting", sessionId }]);
  expect(await api.agentSessions.warmUp.mutate({ chatId: chat!.id, agent: BOOCODE, intent: "writing" })).toMatchObject({ kind: "nothing" });
  // The next request takes back what nobody is carrying out.
  const shown = await faultOf(api.sessions.delete.mutate({ sessionId }));
  expect(shown).toMatchObject({ kind: "work_at_risk" });
  expect((await api.sessions.rename.mutate({ sessionId, title: "Other" })).title).toBe("Other");
});

it("a session that was never used goes without a question and leaves nothing", async () => {
  const { api, project } = await setUp();
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  await api.chats.create.mutate({ sessionId });
  expect(await api.sessions.delete.mutate({ sessionId })).toEqual({ trashId: null });
  expect(await api.trash.list.query()).toEqual([]);
  expect(await faultOf(api.sessions.delete.mutate({ sessionId }))).toMatchObject({ kind: "session_not_found" });
  expect(await faultOf(api.trash.purge.mutate({ trashId: TrashId.parse("trash_none") }))).toMatchObject({ kind: "trash_not_found" });
});

it("F15: a session whose worktree was deleted by hand can be deleted, and comes back as it was", async () => {
  const { api, begin, path, repository } = await setUp();
  const sessionId = await begin("work");
  const worktree = await path(sessionId);
  rmSync(worktree, { recursive: true });
  const shown = await faultOf(api.sessions.delete.mutate({ sessionId }));
  const { trashId } = await api.sessions.delete.mutate({ sessionId, force: true, consent: shown.consent });
  expect(await repository.git("worktree", "list")).not.toContain(worktree);
  expect(await api.trash.list.query()).toMatchObject([{ holds: "refs", size: null }]);
  await api.trash.restore.mutate({ trashId: trashId! });
  expect((await api.sessions.list.query())[0]!.worktree).toMatchObject({ state: "missing" });
  await api.worktreeRisk.repair.mutate({ sessionId, from: "checkpoint" });
  expect(readFileSync(join(worktree, "work.txt"), "utf8")).toBe("work");
});
