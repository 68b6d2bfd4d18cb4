import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, type ChatId } from "@boocode/shared/ids";
import type { AcpScenario, AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished, vi } from "vitest";
import { SYSTEM_TABLE } from "../../src/platform/processes/table/system-table.ts";
import { WORK_MARKER } from "../../src/platform/processes/work-mark.ts";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId, textOf } from "../test-client.ts";

const MINE = AgentId.parse("mine");

async function openSession(scenario: AcpScenario, files: Record<string, string> = {}) {
  const repository = await createRepository({ "README.md": "# Test\n", ...files });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const home = await TestHome.make();
  await mkdir(home.dataDir, { recursive: true });
  const file = join(home.path, "scenario.json");
  await writeFile(file, JSON.stringify({ stateFile: join(home.path, "state.json"), ...scenario }));
  const entry = { id: MINE, name: "My agent", transport: "acp", command: [...scriptedAgentCommand("acp"), file], env: { MINE: "1" } };
  await writeFile(join(home.dataDir, "agents.json"), JSON.stringify([entry]));
  const daemon = await home.start();
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const send = async (text: string, chatId: Awaited<ReturnType<typeof api.tasks.send.mutate>>["chatId"] | null = null) =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId, sessionId, agent: MINE, text });
  const find = async () => (await api.agents.list.query()).find(({ id }) => id === MINE);
  return { home, api, sessionId, follower, send, find };
}

it("runs an agent of agents.json in a session: its question, its edit, its words, and its context again after it was killed", async () => {
  const { api, sessionId, follower, send, find } = await openSession({
    prompts: [
      [
        { do: "say", kind: "thought", text: "A file is wanted." },
        {
          do: "askPermission",
          title: "Write a.txt",
          then: {
            allow: [
              { do: "writeFile", path: "a.txt", text: "a\n" },
              { do: "say", text: "It is written." },
            ],
          },
        },
      ],
      [
        { do: "say", text: "I begin" },
        { do: "signal", signal: "SIGKILL" },
      ],
    ],
  });
  expect(await find()).toMatchObject({ name: "My agent", available: true, transport: "acp", supportsAcp: true, version: null, models: [] });
  const first = await send("Write a.txt");
  await follower.until(() => follower.events.some(({ body }) => body.type === "permission.requested"));
  const [asked] = await api.permissions.list.query({ sessionId });
  await api.permissions.answer.mutate({ permissionId: asked!.id, optionId: "allow" });
  expect(await follower.end(first.taskId)).toMatchObject({ state: "completed", filesChanged: 1 });
  expect(textOf(follower.events, first.taskId)).toBe("It is written.");
  expect(await api.pendingChanges.list.query({ sessionId })).toMatchObject([{ path: "a.txt", agent: "mine" }]);
  expect(await api.agentSessions.list.query({ sessionId })).toMatchObject([{ warm: true, rssBytes: expect.any(Number) }]);
  // What it told of itself once it ran can be picked now.
  expect(await find()).toMatchObject({ version: "1.0.0", modes: [{ id: "default" }, { id: "plan" }] });

  const second = await send("Go on", first.chatId);
  expect(await follower.end(second.taskId)).toMatchObject({ state: "interrupted", cause: "agent_exit", evidence: { signal: "SIGKILL" } });
  expect(await api.agentSessions.list.query({ sessionId })).toMatchObject([{ status: "crashed", warm: false }]);
  const third = await send("And now?", first.chatId);
  await follower.until(() => follower.events.some(({ taskId, body }) => taskId === third.taskId && body.type === "permission.requested"));
  // The process is another one and begins its script anew; the context is the same, and what it told again is not told twice.
  await api.tasks.cancel.mutate({ taskId: third.taskId });
  expect(await follower.end(third.taskId)).toMatchObject({ state: "cancelled" });
  expect(textOf(follower.events, third.taskId)).toBe("");
  expect(await api.agentSessions.list.query({ sessionId })).toMatchObject([
    { agent: "mine", backend: "acp", agentSessionId: "session-1", continuity: "resumed", status: "idle", warm: true },
  ]);
  // Killed between two turns, it is told of as well.
  const marked = (await SYSTEM_TABLE.listMarked(WORK_MARKER)).filter(({ value }) => value.startsWith(`${sessionId}/`));
  for (const { pid } of marked) process.kill(pid, "SIGKILL");
  await vi.waitFor(
    async () =>
      expect(await api.agentSessions.list.query({ sessionId })).toMatchObject([
        { agentSessionId: "session-1", status: "crashed", warm: false },
      ]),
    { timeout: 30_000 },
  );
  expect(await api.permissions.list.query({ sessionId })).toEqual([]);
});

it("a context that was lost begins anew with the whole chat handed over, and says so", async () => {
  const died: AcpStep[] = [
    { do: "say", text: "I begin" },
    { do: "signal", signal: "SIGKILL" },
  ];
  const { api, follower, sessionId, send } = await openSession({
    prompts: [died, [{ do: "say", text: "Never" }]],
    failsOn: ["session/load"],
  });
  const first = await send("Go");
  await follower.end(first.taskId);
  const chips = async () =>
    (await api.agentSessions.list.query({ sessionId })).map(({ agentSessionId, continuity }) => [agentSessionId, continuity]);
  expect(await chips()).toEqual([["session-1", "new"]]);
  for (const _ of ["the process begins its script anew", "and resumes nothing"])
    await follower.end((await send("Go on", first.chatId)).taskId);
  expect((await chips()).map(([, continuity]) => continuity)).toEqual(["history"]);
  const handoffs = follower.events.flatMap(({ body }) => (body.type === "handoff.sent" ? [body] : []));
  expect(handoffs).toMatchObject([
    { to: "mine", from: ["mine"], turns: 1, isAnew: true, text: expect.stringContaining("mine (you):\n  I begin") },
    { turns: 2, isAnew: true },
  ]);
  const notices = follower.events.flatMap(({ body }) => (body.type === "notice" ? [body.text] : []));
  expect(notices[0]).toContain("could not resume its session session-1");
});

it("what an agent goes on with by itself is a turn of its own, with its words, its question, its files and its end", async () => {
  const done: AcpStep = { do: "emit", update: { sessionUpdate: "tool_call_update", toolCallId: "call-Go on", status: "completed" } };
  const ask: AcpStep = { do: "askPermission", title: "Go on", then: { allow: [{ do: "say", text: " and on" }, done] } };
  const later: AcpStep[] = [
    { do: "end" },
    { do: "pause", ms: 700 },
    { do: "say", text: "I go on" },
    { do: "writeFile", path: "late.txt", text: "late\n" },
    ask,
  ];
  const { api, follower, sessionId, send } = await openSession({
    prompts: [[{ do: "say", text: "Done" }, ...later], [{ do: "say", text: "Next" }]],
  });
  const first = await send("Go");
  expect(await follower.end(first.taskId)).toMatchObject({ state: "completed", filesChanged: 0 });
  await follower.until(() => follower.events.some(({ body }) => body.type === "permission.requested"));
  const second = await send("And now?", first.chatId);
  const [asked] = await api.permissions.list.query({ sessionId });
  await api.permissions.answer.mutate({ permissionId: asked!.id, optionId: "allow" });
  const own = asked!.taskId;
  expect(await follower.end(own)).toMatchObject({ state: "completed", filesChanged: 1 });
  expect(textOf(follower.events, first.taskId)).toBe("Done");
  expect(textOf(follower.events, own)).toBe("I go on and on");
  expect(await api.pendingChanges.list.query({ sessionId })).toMatchObject([{ path: "late.txt", agent: "mine", taskIds: [own] }]);
  expect(await api.tasks.list.query({ sessionId })).toMatchObject([
    { kind: "message" },
    { id: own, kind: "agent", text: "" },
    { kind: "message" },
  ]);
  // What was sent meanwhile waited, and is told apart.
  expect(await follower.end(second.taskId)).toMatchObject({ state: "completed" });
  expect(textOf(follower.events, second.taskId)).toBe("Next");
});

it("the native agent's context is its own, unless another agent worked in the chat since its last turn", async () => {
  const { api, follower, sessionId, send } = await openSession({ prompts: [[{ do: "say", text: "Hello" }]] });
  const first = await sendNative(null);
  async function sendNative(chatId: ChatId | null) {
    const sent = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId, sessionId, agent: BOOCODE, text: "list files" });
    await follower.end(sent.taskId);
    const sessions = await api.agentSessions.list.query({ sessionId });
    return { ...sent, continuity: sessions.find(({ agent }) => agent === BOOCODE)?.continuity };
  }
  const continuities = [first.continuity, (await sendNative(first.chatId)).continuity];
  await follower.end((await send("Go", first.chatId)).taskId);
  continuities.push((await sendNative(first.chatId)).continuity, (await sendNative(first.chatId)).continuity);
  expect(continuities).toEqual(["new", "resumed", "history", "resumed"]);
});

it("S10: says so where a repository is not trusted and would make it run something", async () => {
  const { follower, send } = await openSession({ prompts: [[{ do: "say", text: "Never" }]] }, { ".mcp.json": "{}\n" });
  const { taskId } = await send("Go");
  expect(await follower.end(taskId)).toMatchObject({ state: "failed", cause: "project_not_trusted" });
});

it("F28 an agent's program that dies while its question waits takes it along: nobody can answer it, and the next prompt works", async () => {
  const { api, sessionId, follower, send } = await openSession({
    prompts: [[{ do: "askPermission", title: "Write a.txt", then: { allow: [{ do: "say", text: "Written." }] } }]],
  });
  const asked = async (taskId: string) => {
    await follower.until(() => follower.events.some((event) => event.taskId === taskId && event.body.type === "permission.requested"));
    return (await api.permissions.list.query({ sessionId })).find((one) => one.taskId === taskId)!;
  };
  const first = await send("Write a.txt");
  const { id: permissionId } = await asked(first.taskId);
  const marked = (await SYSTEM_TABLE.listMarked(WORK_MARKER)).filter(({ value }) => value.startsWith(`${sessionId}/`));
  expect(marked.length).toBeGreaterThan(0);
  for (const { pid } of marked) process.kill(pid, "SIGKILL");
  expect(await follower.end(first.taskId)).toMatchObject({ state: "interrupted", cause: "agent_exit", evidence: { signal: "SIGKILL" } });
  const told = follower.events.flatMap(({ body }) => (body.type === "permission.resolved" ? [body] : []));
  expect(told).toMatchObject([{ permissionId, optionId: null, by: "cancelled" }]);
  expect(await api.permissions.list.query({})).toEqual([]);
  await expect(api.permissions.answer.mutate({ permissionId, optionId: "allow" })).rejects.toMatchObject({
    data: { fault: { kind: "permission_settled" } },
  });
  const next = await send("Again", first.chatId);
  await api.permissions.answer.mutate({ permissionId: (await asked(next.taskId)).id, optionId: "allow" });
  expect(await follower.end(next.taskId)).toMatchObject({ state: "completed" });
  expect(textOf(follower.events, next.taskId)).toBe("Written.");
});
