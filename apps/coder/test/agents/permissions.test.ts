import { spawn } from "node:child_process";
import type { PermissionId, SessionId } from "@boocode/shared/ids";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import type { TRPCClientError } from "@trpc/client";
import { expect, it, onTestFinished } from "vitest";
import { createAskingAgent } from "./asking-agent.ts";
import { DaemonProcess, TestHome, type DaemonAddress } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, faultOf, Follower, mintPromptId, textOf } from "../test-client.ts";

it("F28 two browsers answer: the first counts, both see it, the agent hears it once", async () => {
  const agent = createAskingAgent();
  const daemon = await (await TestHome.make()).start({ backend: agent });
  const { api, sessionId, ask } = await openSession(daemon);
  const [first, second] = [connectTo(daemon), connectTo(daemon)];
  const followers = [new Follower(first, sessionId), new Follower(second, sessionId)];
  const { taskId, chatId, permissionId } = await ask("make all");
  await Promise.all(followers.map((follower) => follower.event(({ body }) => body.type === "permission.requested")));

  expect(await api.permissions.list.query({ sessionId })).toMatchObject([
    { id: permissionId, argv: ["make", "all"], cwd: ".", resolvedBy: null },
  ]);
  const answers = await Promise.allSettled([
    first.permissions.answer.mutate({ permissionId, optionId: "allow_once" }),
    second.permissions.answer.mutate({ permissionId, optionId: "reject_once" }),
  ]);
  const winner = answers.find((answer) => answer.status === "fulfilled")!.value.optionId;
  const loser = answers.find((answer) => answer.status === "rejected")!.reason as TRPCClientError<never>;
  expect(loser.data).toMatchObject({
    httpStatus: 409,
    fault: { kind: "permission_settled", permissionId, optionId: winner, by: "person" },
  });
  for (const follower of followers) {
    await follower.end(taskId);
    expect(follower.events.flatMap(({ body }) => (body.type === "permission.resolved" ? [body] : []))).toEqual([
      { type: "permission.resolved", permissionId, optionId: winner, by: "person" },
    ]);
    expect(textOf(follower.events, taskId)).toBe(`told ${winner}`);
  }
  expect(agent.conversations[0]?.answers).toEqual([{ permissionId: "question", optionId: winner }]);
  expect(await api.permissions.list.query()).toEqual([]);
  const { items } = await api.chats.transcript.query({ chatId, limit: 50 });
  expect(items.find((item) => item.kind === "permission")).toMatchObject({ resolution: { optionId: winner, by: "person" } });
});

it("F28 a page that comes later sees the question, who waits for it, and that the session needs its person", async () => {
  const daemon = await (await TestHome.make()).start({ backend: createAskingAgent() });
  const { api, sessionId, ask, send } = await openSession(daemon);
  const { chatId, taskId, permissionId } = await ask("make all");
  const next = await send("make clean");
  const later = connectTo(daemon);
  const { items } = await later.chats.transcript.query({ chatId, limit: 50 });
  expect(items.find((item) => item.kind === "permission")).toMatchObject({ permissionId, argv: ["make", "all"], resolution: null });
  expect(await later.sessions.list.query({})).toMatchObject([{ id: sessionId, status: "running", attention: "needs_you" }]);
  const waiting = (await later.tasks.list.query({ sessionId })).find((task) => task.id === next.taskId);
  expect(waiting?.waitsFor).toMatchObject({ taskId, chatId, reason: "permission" });
  expect(await later.agentSessions.list.query({ sessionId })).toMatchObject([{ status: "busy", warm: true, keptBecause: "permission" }]);
  await later.permissions.answer.mutate({ permissionId, optionId: "reject_once" });
  const follower = new Follower(later, sessionId);
  expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
  expect(textOf(follower.events, taskId)).toBe("told reject_once");
  // The next one asks in its turn, and a question nobody knows is no question.
  const asked = await follower.event(({ body, taskId: id }) => body.type === "permission.requested" && id === next.taskId);
  expect(asked.body).toMatchObject({ argv: ["make", "clean"] });
  const [open] = await api.permissions.list.query({});
  await api.permissions.answer.mutate({ permissionId: open!.id, optionId: "allow_once" });
  await follower.end(next.taskId);
  expect(await faultOf(api.permissions.answer.mutate({ permissionId: "nobody" as PermissionId, optionId: "x" }))).toEqual({
    kind: "permission_not_found",
    httpStatus: 404,
  });
});

it.each(["stop", "close"] as const)("F28 %s while it waits cancels the question, and the next prompt works", async (how) => {
  const agent = createAskingAgent();
  const daemon = await (await TestHome.make()).start({ backend: agent });
  const { api, sessionId, ask } = await openSession(daemon);
  const { chatId, taskId, permissionId } = await ask("make all");
  if (how === "stop") await api.tasks.cancel.mutate({ taskId });
  else await api.chats.close.mutate({ chatId });
  const follower = new Follower(connectTo(daemon), sessionId);
  expect(await follower.end(taskId)).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  const settled = follower.events.filter(({ body }) => body.type === "permission.resolved");
  expect(settled).toMatchObject([{ body: { permissionId, optionId: null, by: "cancelled" } }]);
  expect(agent.conversations[0]?.answers.every(({ optionId }) => optionId === null)).toBe(true);
  expect(await faultOf(api.permissions.answer.mutate({ permissionId, optionId: "allow_once" }))).toEqual({
    kind: "permission_settled",
    httpStatus: 409,
  });
  if (how === "close") await api.chats.reopen.mutate({ chatId });
  const next = await ask("make more");
  await api.permissions.answer.mutate({ permissionId: next.permissionId, optionId: "allow_once" });
  expect(await follower.end(next.taskId)).toMatchObject({ state: "completed" });
});

it("F28 kill -9 while it waits: the next start cancels the question with its turn, and the next prompt works", async () => {
  const home = await TestHome.make();
  const killed = spawnAsking(home);
  const before = await openSession(await killed.ready());
  const { taskId, permissionId } = await before.ask("make all");
  expect(await killed.end("SIGKILL")).toBe("SIGKILL");

  const again = spawnAsking(home);
  const daemon = await again.ready();
  const api = callOver(daemon);
  const follower = new Follower(connectTo(daemon), before.sessionId);
  expect(await follower.end(taskId)).toMatchObject({ state: "interrupted", cause: "daemon_restart" });
  expect(await api.permissions.list.query({})).toEqual([]);
  const told = follower.events.flatMap(({ body }) => ("permissionId" in body && body.permissionId === permissionId ? [body] : []));
  expect(told).toMatchObject([{ type: "permission.requested" }, { type: "permission.resolved", optionId: null, by: "cancelled" }]);
  expect(await faultOf(api.permissions.answer.mutate({ permissionId, optionId: "allow_once" }))).toMatchObject({
    kind: "permission_settled",
  });
  const next = await asker(daemon, before.sessionId)("make all");
  await api.permissions.answer.mutate({ permissionId: next.permissionId, optionId: "allow_once" });
  expect(await follower.end(next.taskId)).toMatchObject({ state: "completed" });
  follower.stop();
  await again.end("SIGTERM");
  const seen = new Map([[before.sessionId, follower.events]]);
  expect(await judgeFault("F28", 1, { dataDir: home.dataDir, seen })).toEqual([]);
});

it("S13 what was allowed for good is not asked again in its worktree, until that is taken back", async () => {
  const daemon = await (await TestHome.make()).start({ backend: createAskingAgent() });
  const { api, sessionId, ask, send } = await openSession(daemon);
  const follower = new Follower(connectTo(daemon), sessionId);
  const first = await ask("make all");
  await api.permissions.answer.mutate({ permissionId: first.permissionId, optionId: "allow_always" });
  await follower.end(first.taskId);
  // It is ours to remember: the agent, which would remember more than this worktree and this command, hears "once".
  expect(textOf(follower.events, first.taskId)).toBe("told allow_once");
  const [rule] = await api.permissions.rules.query({ sessionId });
  expect(rule).toMatchObject({ toolKind: "command", argvPrefix: ["make", "all"], path: null });

  const answered = await send("make all --jobs");
  expect(await follower.end(answered.taskId)).toMatchObject({ state: "completed" });
  const byRule = follower.events.filter(({ taskId, body }) => taskId === answered.taskId && body.type === "permission.resolved");
  expect(byRule).toMatchObject([{ body: { optionId: "allow_once", by: "rule" } }]);

  const elsewhere = await openSession(daemon);
  const other = await elsewhere.ask("make all");
  expect(await api.permissions.rules.query({ sessionId: elsewhere.sessionId })).toEqual([]);
  await api.permissions.answer.mutate({ permissionId: other.permissionId, optionId: "reject_once" });
  await new Follower(connectTo(daemon), elsewhere.sessionId).end(other.taskId);

  await api.permissions.removeRule.mutate({ ruleId: rule!.id });
  expect(await faultOf(api.permissions.removeRule.mutate({ ruleId: rule!.id }))).toEqual({ kind: "rule_not_found", httpStatus: 404 });
  const again = await ask("make all");
  await api.permissions.addRule.mutate({ sessionId, toolKind: "command", argvPrefix: ["make"] });
  expect(await follower.end(again.taskId)).toMatchObject({ state: "completed" });
});

it("S13 never for good: what could run anything, or lies outside of the worktree", async () => {
  const daemon = await (await TestHome.make()).start({ backend: createAskingAgent() });
  const { api, sessionId, ask } = await openSession(daemon);
  const refused = (rule: object) => faultOf(api.permissions.addRule.mutate({ sessionId, toolKind: "command", ...rule }));
  expect(await refused({ argvPrefix: ["make"] })).toEqual({ kind: "worktree_not_made", httpStatus: 412 });
  for (const [text, optionId] of [
    ["env make", "allow_once"],
    ["read: /etc/passwd", "reject_once"],
  ] as const) {
    const { permissionId, taskId } = await ask(text);
    const [open] = await api.permissions.list.query({ sessionId });
    expect(open?.options.map(({ id }) => id)).toEqual(["allow_once", "reject_once"]);
    await api.permissions.answer.mutate({ permissionId, optionId });
    await new Follower(connectTo(daemon), sessionId).end(taskId);
  }
  for (const rule of [{ argvPrefix: ["sh", "-c", "make"] }, { path: "../x" }, {}, { argvPrefix: ["make"], path: "a" }])
    expect(await refused(rule)).toEqual({ kind: "rule_refused", httpStatus: 400 });
});

function spawnAsking(home: TestHome): DaemonProcess {
  const script = new URL("asking-daemon.ts", import.meta.url).pathname;
  return new DaemonProcess(spawn(process.execPath, [script], { env: home.env, stdio: ["ignore", "pipe", "pipe"] }));
}

async function openSession(daemon: DaemonAddress) {
  const repository = await createRepository();
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const send = (text: string) => api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  return { api, sessionId, send, ask: asker(daemon, sessionId) };
}

/** Prompts the agent and waits until it has asked. */
function asker(daemon: DaemonAddress, sessionId: SessionId) {
  return async (text: string) => {
    const sent = await callOver(daemon).tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
    const follower = new Follower(connectTo(daemon), sessionId);
    const { body } = await follower.event((event) => event.taskId === sent.taskId && event.body.type === "permission.requested");
    follower.stop();
    if (body.type !== "permission.requested") throw new Error("Another event");
    return { ...sent, permissionId: body.permissionId };
  };
}
