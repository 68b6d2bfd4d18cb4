import { join } from "node:path";
import { readFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { textOf } from "../../apps/coder/test/test-client.ts";
import { REAL_AGENTS, type RealAgent } from "./real-agent.ts";
import { say, setUpRealAgent, type AgentSession, type PromptScripts } from "./real-agent-fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

describe.each(REAL_AGENTS)("The real $id", (agent) => {
  const ask = agent.ask ?? agent.run;

  it("is found, answers twice in one process, knows what another agent did between, asks, obeys both answers, and its files are its own", async () => {
    const { scripts, repository, home, connect } = await setUpRealAgent(agent);
    const daemon = await home.start();
    const session = await connect(daemon).openSession(repository.path);
    const { api, follower, send, askNative, answer, roots } = session;
    const find = async () => (await api.agents.list.query()).find(({ id }) => id === agent.id);
    expect(await find()).toMatchObject({ available: true, transport: "acp" });

    const first = await send(scripts.set("PROMPT-ONE", { steps: [{ kind: "text", text: "Hello to you." }] }), agent.asks);
    expect(await follower.end(first.taskId)).toMatchObject({ state: "completed", cause: null, filesChanged: 0 });
    expect(textOf(follower.events, first.taskId)).toBe("Hello to you.");
    const running = await roots();
    expect(running).toHaveLength(1);
    // It tells its version and modes once it has run.
    expect(await find()).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+/),
      modes: expect.arrayContaining([expect.objectContaining({ id: agent.asks })]),
    });

    await askNative("list files");
    const allowed = await send(scripts.set("PROMPT-TWO", ask("echo yes > yes.txt"), say("Allowed.")), agent.asks);
    const asked = await answer(allowed.taskId, "allow_once");
    expect(asked.toolKind).toBe("command");
    expect(asked.title).toContain("echo yes > yes.txt");
    // What lasts is ours or is not offered.
    expect(asked.options.filter(({ kind }) => kind === "reject_always")).toEqual([]);
    expect(await follower.end(allowed.taskId)).toMatchObject({ state: "completed", filesChanged: 1 });
    expect(textOf(follower.events, allowed.taskId)).toBe("Allowed.");
    expect(await roots()).toEqual(running);
    const given = JSON.stringify(scripts.requests.at(-1)?.body.messages);
    expect(given.indexOf("<boocode-handover>")).toBeGreaterThan(given.indexOf("Hello to you."));
    expect(given.indexOf("The person to boocode")).toBeLessThan(given.indexOf("PROMPT-TWO"));
    expect(scripts.requests.at(-1)?.body.messages).toContainEqual(
      expect.objectContaining({ role: "assistant", content: expect.stringContaining("Hello to you.") }),
    );

    const refused = await send(scripts.set("PROMPT-THREE", ask("echo no > no.txt"), say("Refused.")), agent.asks);
    await answer(refused.taskId, "reject_once");
    expect(await follower.end(refused.taskId)).toMatchObject(agent.endsWhenRefused);
    const theirs = [...(await letWrite(agent, scripts, session)), { path: "yes.txt", agent: agent.id, taskIds: [allowed.taskId] }];
    const changes = await api.pendingChanges.list.query({ sessionId: session.sessionId });
    expect(changes.toSorted((a, b) => a.path.localeCompare(b.path))).toMatchObject(theirs);
    expect(await roots()).toEqual(running);
    expect(await api.agentSessions.list.query({ sessionId: session.sessionId })).toMatchObject([
      { agent: agent.id, warm: true, rssBytes: expect.any(Number), continuity: "resumed" },
      { agent: "boocode", continuity: "history" },
    ]);
  });

  it("T2: stopped while a command runs, ends it and what it left, and is charged with its files", async () => {
    const { scripts, repository, home, connect } = await setUpRealAgent(agent);
    const daemon = await home.start();
    const session = await connect(daemon).openSession(repository.path);
    const { api, follower, send, answer, commands, worktree } = session;
    const line = "(sleep 611 >/dev/null 2>&1 &); echo begun > begun.txt; sleep 612; echo late > late.txt";
    const { taskId } = await send(scripts.set("PROMPT-ONE", agent.run(line), say("Never.")), agent.acts);
    if (agent.acts === agent.asks) await answer(taskId, "allow_once");
    await expect
      .poll(async () => readFile(join(await worktree(), "begun.txt"), "utf8").catch(() => ""), { timeout: 60_000 })
      .toBe("begun\n");
    await expect.poll(async () => (await commands()).filter((one) => one.startsWith("sleep"))).toEqual(["sleep 611", "sleep 612"]);
    await api.tasks.cancel.mutate({ taskId });
    expect(await follower.end(taskId)).toMatchObject({ state: "cancelled", cause: "stopped_by_person", filesChanged: 1 });
    expect((await commands()).filter((one) => one.startsWith("sleep"))).toEqual([]);
    const statuses = follower.events.flatMap(({ body }) =>
      body.type === "tool.updated" && body.status !== "running" ? [body.status] : [],
    );
    expect(statuses).not.toContain("completed");
    expect(await api.pendingChanges.list.query({ sessionId: session.sessionId })).toMatchObject([
      { path: "begun.txt", agent: agent.id, taskIds: [taskId] },
    ]);

    const next = await send(scripts.set("PROMPT-TWO", say("I am here.")), agent.acts);
    expect(await follower.end(next.taskId)).toMatchObject({ state: "completed" });
    expect(textOf(follower.events, next.taskId)).toBe("I am here.");
  });
});

/** Lets the agent write a file with its own tool, which names it. Returns the change; none for an agent that writes by commands only. */
async function letWrite(agent: RealAgent, scripts: PromptScripts, { send, answer, follower, worktree }: AgentSession): Promise<object[]> {
  if (!agent.write) return [];
  const path = join(await worktree(), "written.txt");
  const { taskId } = await send(scripts.set("PROMPT-FOUR", agent.write(path, "new\n"), say("Written.")), agent.asks);
  expect(await answer(taskId, "allow_once")).toMatchObject({ paths: ["written.txt"] });
  expect(await follower.end(taskId)).toMatchObject({ state: "completed", filesChanged: 1 });
  expect(follower.events.flatMap(({ body }) => (body.type === "tool.started" ? body.paths : []))).toContain("written.txt");
  return [{ path: "written.txt", agent: agent.id, taskIds: [taskId] }];
}
