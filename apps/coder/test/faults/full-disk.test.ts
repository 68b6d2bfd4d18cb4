import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AgentId } from "@boocode/shared/ids";
import type { AcpScenario } from "@boocode/testkit/acp/acp-scenario";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { expect, it } from "vitest";
import { BOOCODE, callOver, connectTo, faultOf, Follower, mintPromptId, textOf } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

it("D7 with a full disk health says so, Stop stops, new prompts are refused; with room everything goes on", async () => {
  const disk = { isFull: false };
  const failpoint = (name: string) => {
    if (disk.isFull && name.startsWith("write.")) throw new DomainError({ kind: "storage_failed", reason: "The disk is full." });
  };
  const home = await TestHome.make();
  const daemon = await home.start({ demoWordsPerSecond: 10, failpoint });
  const api = callOver(daemon);
  const health = async () => (await (await fetch(`${daemon.address}/api/health`)).json()) as { status: string };
  const project = await api.projects.addDemo.mutate();
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const prompt = (text: string) => ({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  const { taskId } = await api.tasks.send.mutate(prompt("explain README.md"));
  await follower.event(({ body }) => body.type === "text.delta");
  expect(await health()).toMatchObject({ status: "ok" });

  disk.isFull = true;
  expect(await faultOf(api.tasks.send.mutate(prompt("another")))).toMatchObject({ kind: "storage_failed", httpStatus: 503 });
  expect(await health()).toMatchObject({ status: "degraded" });
  expect(await api.tasks.cancel.mutate({ taskId })).toMatchObject({ id: taskId, stopRequestedAt: expect.any(Number) });

  disk.isFull = false;
  expect(await follower.end(taskId)).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  expect(await health()).toMatchObject({ status: "ok" });
  const after = await api.tasks.send.mutate(prompt("list files"));
  expect(await follower.end(after.taskId)).toMatchObject({ state: "completed" });
});

const MINE = AgentId.parse("mine");
const WORDS = Array.from({ length: 400 }, (_, index) => `word${index}`).join(" ");
const FULL_TIMES = 5;

it("F8 the disk is full again and again in a turn: the agent is held back, not killed; with room its process goes on, and no word is lost", async () => {
  const disk = { isFull: false, refusals: 0, onRefusal: () => {} };
  const failpoint = (name: string) => {
    if (!disk.isFull || !name.startsWith("write.")) return;
    disk.refusals += 1;
    disk.onRefusal();
    throw new DomainError({ kind: "storage_failed", reason: "The disk is full." });
  };
  const home = await TestHome.make({ BOOCODE_LOG_LEVEL: "silent" });
  await mkdir(home.dataDir, { recursive: true });
  const scenario: AcpScenario = {
    prompts: [
      [
        { do: "sayProcess" },
        ...Array.from({ length: FULL_TIMES }, () => [{ do: "pause", ms: 20 } as const, { do: "say", text: ` ${WORDS}` } as const]).flat(),
      ],
      [{ do: "sayProcess" }],
    ],
  };
  await writeFile(join(home.path, "scenario.json"), JSON.stringify(scenario));
  const agent = { id: MINE, name: "Mine", transport: "acp", command: [...scriptedAgentCommand("acp"), join(home.path, "scenario.json")] };
  await writeFile(join(home.dataDir, "agents.json"), JSON.stringify([agent]));
  const daemon = await home.start({ failpoint });
  const api = callOver(daemon);
  const project = await api.projects.addDemo.mutate();
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const send = async (chatId: Awaited<ReturnType<typeof api.tasks.send.mutate>>["chatId"] | null) =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId, sessionId, agent: MINE, text: "go" });
  const first = await send(null);
  await follower.event(({ body, taskId }) => taskId === first.taskId && body.type === "text.delta");
  for (let time = 1; time <= FULL_TIMES; time += 1) {
    const seen = follower.events.length;
    const refused = Promise.withResolvers<void>();
    disk.onRefusal = refused.resolve;
    disk.isFull = true;
    const ended = follower.end(first.taskId);
    await Promise.race([refused.promise, ended]);
    disk.isFull = false;
    await Promise.race([follower.until(() => follower.events.length > seen), ended]);
  }
  expect(await follower.end(first.taskId)).toMatchObject({ state: "completed" });
  expect(disk.refusals).toBeGreaterThan(0);
  const said = textOf(follower.events, first.taskId);
  expect(said.slice(said.indexOf("}") + 1)).toBe(` ${WORDS}`.repeat(FULL_TIMES));
  const second = await send(first.chatId);
  await follower.end(second.taskId);
  // Its own words: the same process has answered both prompts.
  expect(textOf(follower.events, second.taskId)).toBe(said.slice(0, said.indexOf("}") + 1));
  await daemon.close();
  expect(await judgeFault("F8", disk.refusals, { dataDir: home.dataDir, seen: new Map([[sessionId, follower.events]]) })).toEqual([]);
});
