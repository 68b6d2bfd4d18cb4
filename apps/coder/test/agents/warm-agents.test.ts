import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, type ChatId } from "@boocode/shared/ids";
import type { AcpScenario } from "@boocode/testkit/acp/acp-scenario";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { SYSTEM_TABLE } from "../../src/platform/processes/table/system-table.ts";
import { WORK_MARKER } from "../../src/platform/processes/work-mark.ts";
import { TestHome } from "../start-test-daemon.ts";
import { callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";

const [LEAVES, SAYS] = [AgentId.parse("leaves"), AgentId.parse("says")];
const PATIENT = { timeout: 60_000 };

async function makeHome(scenarios: Record<string, AcpScenario>, maxLive: number) {
  const home = await TestHome.make({ AGENT_POOL_MAX_LIVE: String(maxLive) });
  await mkdir(home.dataDir, { recursive: true });
  const entries = Object.entries(scenarios).map(async ([id, scenario]) => {
    const file = join(home.path, `${id}.json`);
    await writeFile(file, JSON.stringify({ stateFile: join(home.path, `${id}-state.json`), ...scenario }));
    return { id, transport: "acp", command: [...scriptedAgentCommand("acp"), file] };
  });
  await writeFile(join(home.dataDir, "agents.json"), JSON.stringify(await Promise.all(entries)));
  return home;
}

async function connect(home: TestHome) {
  const daemon = await home.start();
  const api = callOver(daemon);
  const open = async () => {
    const repository = await createRepository({ "README.md": "# Test\n" });
    onTestFinished(() => repository[Symbol.asyncDispose]());
    const project = await api.projects.add.mutate({ path: repository.path });
    const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
    const follower = new Follower(connectTo(daemon), sessionId);
    const send = (agent: AgentId, chatId: ChatId | null = null) =>
      api.tasks.send.mutate({ promptId: mintPromptId(), chatId, sessionId, agent, text: "Go" });
    const run = async (agent: AgentId, chatId: ChatId | null = null) => {
      const sent = await send(agent, chatId);
      expect(await follower.end(sent.taskId)).toMatchObject({ state: "completed" });
      return sent.chatId;
    };
    const newChat = async () => (await api.chats.create.mutate({ sessionId })).id;
    const processes = async () =>
      (await SYSTEM_TABLE.listMarked(WORK_MARKER)).filter(({ value }) => value.startsWith(`${sessionId}/`)).length;
    const row = async (chatId: ChatId) => (await api.agentSessions.list.query({ sessionId })).find((one) => one.chatId === chatId);
    return { sessionId, follower, send, run, newChat, processes, row };
  };
  const warm = async () => {
    const { agents } = await api.agentSessions.warm.query();
    return agents.map(({ chatId, keptBecause }) => [chatId, keptBecause]);
  };
  return { daemon, api, open, warm };
}

it("F33: what left a program running, or is kept warm, stays over the limit; suspended by a person it ends whole and goes on", async () => {
  const home = await makeHome(
    {
      leaves: { prompts: [[{ do: "leaveRunning", argv: ["sleep", "720"] }]] },
      says: { prompts: [[{ do: "say", text: "Hello" }]] },
    },
    1,
  );
  const { api, open, warm, daemon } = await connect(home);
  const { sessionId, run, newChat, processes, row } = await open();
  const [first, second] = [await newChat(), await newChat()];
  await run(LEAVES, first);
  await run(SAYS, second);
  await expect.poll(warm, PATIENT).toEqual([[first, "programs"]]);
  expect(await api.agentSessions.warm.query()).toMatchObject({
    maxLive: 1,
    agents: [{ sessionId, agent: LEAVES, programs: 1, sharedId: null, idleSince: expect.any(Number), rssBytes: expect.any(Number) }],
    shared: [],
  });

  const place = { sessionId, chatId: first, agent: LEAVES };
  await expect(api.agentSessions.suspend.mutate(place)).rejects.toMatchObject({
    data: { fault: { kind: "agent_in_use", agent: LEAVES, because: "programs" } },
  });
  expect(await processes()).toBe(2);
  await api.agentSessions.suspend.mutate({ ...place, endsPrograms: true });
  await expect.poll(processes, PATIENT).toBe(0);
  expect(await row(first)).toMatchObject({ warm: false, keptBecause: null, rssBytes: null, openedAt: null });

  await run(SAYS, second);
  await api.agentSessions.keepWarm.mutate({ sessionId, chatId: second, agent: SAYS });
  expect(await warm()).toEqual([[second, "kept_warm"]]);
  await run(LEAVES, first);
  expect(await row(first)).toMatchObject({ continuity: "resumed", agentSessionId: "session-1" });
  await expect.poll(warm, PATIENT).toEqual([
    [second, "kept_warm"],
    [first, "programs"],
  ]);
  // Another process: what was left by the first one ended with it.
  await api.agentSessions.keepWarm.mutate({ sessionId, chatId: second, agent: SAYS, keepWarm: false });
  await api.agentSessions.suspend.mutate({ sessionId, endsPrograms: true });
  expect(await warm()).toEqual([]);

  await api.agentSessions.keepWarm.mutate({ sessionId, chatId: second, agent: SAYS });
  await daemon.close();
  const again = await connect(home);
  expect(await again.api.agentSessions.list.query({ sessionId })).toMatchObject([
    { agent: LEAVES, isKeptWarm: false },
    { agent: SAYS, isKeptWarm: true, warm: false },
  ]);
});

it("F33: a pool full of busy agents opens one more and shows it, and one at work or asking is not suspended", async () => {
  const home = await makeHome(
    {
      leaves: { prompts: [[{ do: "hang" }]] },
      says: { prompts: [[{ do: "askPermission", title: "Write a.txt" }]] },
    },
    1,
  );
  const { api, open } = await connect(home);
  const [one, other] = [await open(), await open()];
  const busy = await one.send(LEAVES);
  const asking = await other.send(SAYS);
  await other.follower.until(() => other.follower.events.some(({ body }) => body.type === "permission.requested"));
  await one.follower.until(() => one.follower.events.some(({ body }) => body.type === "task.started"));
  const { maxLive, agents } = await api.agentSessions.warm.query();
  expect([maxLive, agents.map(({ chatId, keptBecause }) => [chatId, keptBecause]).toSorted()]).toEqual([
    1,
    [
      [busy.chatId, "busy"],
      [asking.chatId, "permission"],
    ].toSorted(),
  ]);
  for (const [{ sessionId }, because] of [
    [one, "busy"],
    [other, "permission"],
  ] as const) {
    await expect(api.agentSessions.suspend.mutate({ sessionId, endsPrograms: true })).rejects.toMatchObject({
      data: { fault: { kind: "agent_in_use", because } },
    });
  }
  await api.tasks.cancel.mutate({ taskId: busy.taskId });
  await api.tasks.cancel.mutate({ taskId: asking.taskId });
  await Promise.all([one.follower.end(busy.taskId), other.follower.end(asking.taskId)]);
  await expect.poll(async () => (await api.agentSessions.warm.query()).agents.length, PATIENT).toBe(1);
});

it("names what cannot be suspended or kept: no such session, chat or agent", async () => {
  const { api, open } = await connect(await makeHome({ says: { prompts: [[]] } }, 2));
  const { sessionId } = await open();
  const fault = (kind: string) => ({ data: { fault: { kind } } });
  await expect(api.agentSessions.suspend.mutate({ sessionId: "nowhere" as typeof sessionId })).rejects.toMatchObject(
    fault("session_not_found"),
  );
  await expect(api.agentSessions.keepWarm.mutate({ sessionId: "nowhere" as typeof sessionId })).rejects.toMatchObject(
    fault("session_not_found"),
  );
  await expect(api.agentSessions.keepWarm.mutate({ sessionId, chatId: "none" as ChatId })).rejects.toMatchObject(fault("chat_not_found"));
  await expect(api.agentSessions.keepWarm.mutate({ sessionId, agent: SAYS })).rejects.toMatchObject(fault("agent_not_found"));
  expect(await api.agentSessions.suspend.mutate({ sessionId })).toEqual([]);
});
