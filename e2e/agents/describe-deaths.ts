import { Barrier } from "@boocode/testkit/barrier";
import { describe, expect, it } from "vitest";
import { textOf } from "../../apps/coder/test/test-client.ts";
import type { RealAgent } from "./real-agent.ts";
import { say, setUpRealAgent, type AgentSession } from "./real-agent-fixture.ts";

type Agent = Awaited<ReturnType<typeof setUpRealAgent<RealAgent>>>;

/** One turn that is over, and one in which the agent has begun to speak and waits for its model. */
async function talk({ scripts }: Agent, { send, follower, chips }: AgentSession, mode: string) {
  const first = await send(scripts.set("PROMPT-ONE", say("Hello to you.")), mode);
  expect(await follower.end(first.taskId)).toMatchObject({ state: "completed" });
  const [before] = await chips();
  const silence = { kind: "wait", barrier: new Barrier() } as const;
  const second = await send(scripts.set("PROMPT-TWO", { steps: [{ kind: "text", text: "I begin and" }, silence] }), mode);
  await silence.barrier.reached;
  await follower.until(() => textOf(follower.events, second.taskId) === "I begin and");
  return { first, second, before };
}

/** Expects that the agent answers the next prompt once, in its earlier context. */
async function expectToGoOn(
  { agent, home, scripts }: Agent,
  { send, follower, chips }: AgentSession,
  mode: string,
  before: object | undefined,
) {
  await agent.letTimePass?.(home.path);
  const next = await send(scripts.set("PROMPT-LAST", say("I am back.")), mode);
  expect(await follower.end(next.taskId)).toMatchObject({ state: "completed", cause: null });
  expect(textOf(follower.events, next.taskId)).toBe("I am back.");
  const said = follower.events.flatMap(({ taskId, body }) => (taskId === next.taskId && body.type === "notice" ? [body.text] : []));
  expect(said).toEqual([]);
  const told = scripts.requests
    .at(-1)!
    .body.messages.map(({ content }) => JSON.stringify(content))
    .join("\n");
  expect(told).toContain("PROMPT-ONE");
  expect(told).toContain("Hello to you.");
  expect(await chips()).toMatchObject([
    { ...(before && "agentSessionId" in before ? { agentSessionId: before.agentSessionId } : {}), continuity: "resumed" },
  ]);
}

const end = (pids: Iterable<number>) => {
  for (const pid of pids) process.kill(pid, "SIGKILL");
};

/** Tests what follows when an agent, or the daemon it works for, is killed in the middle of a turn. */
export function describeDeaths(agents: readonly RealAgent[]): void {
  describe.each(agents)("The real $id", (agent) => {
    it("killed in a turn, ends it as interrupted and goes on in the same session, told once", async () => {
      const subject = await setUpRealAgent(agent);
      const session = await subject.connect(await subject.home.start()).openSession(subject.repository.path);
      const { second, before } = await talk(subject, session, agent.asks);
      end(await session.marked());
      expect(await session.follower.end(second.taskId)).toMatchObject({ state: "interrupted", cause: "agent_exit" });
      expect(textOf(session.follower.events, second.taskId)).toBe("I begin and");
      expect(await session.chips()).toMatchObject([{ status: "crashed" }]);
      await expectToGoOn(subject, session, agent.asks, before);
    });

    it("the daemon killed in a turn, the turn is interrupted, its file is the agent's, and the agent goes on", async () => {
      const subject = await setUpRealAgent(agent);
      const { scripts, home, connect, repository } = subject;
      const daemon = home.spawn();
      const session = await connect(await daemon.ready()).openSession(repository.path);
      const { follower, send, answer } = session;
      const first = await send(scripts.set("PROMPT-ONE", say("Hello to you.")), agent.acts);
      await follower.end(first.taskId);
      const [before] = await session.chips();
      const silence = { kind: "wait", barrier: new Barrier() } as const;
      const second = await send(scripts.set("PROMPT-TWO", agent.run("echo begun > begun.txt"), { steps: [silence] }), agent.acts);
      if (agent.acts === agent.asks) await answer(second.taskId, "allow_once");
      await silence.barrier.reached;
      // An agent may ask its model before it tells of the command. Killed before that, it would rightly be told the prompt again.
      await follower.until(() => follower.events.some(({ taskId, body }) => taskId === second.taskId && body.type === "tool.started"));
      const processes = await session.marked();
      expect(await daemon.end("SIGKILL")).toBe("SIGKILL");

      const again = connect(await home.spawn().ready()).inSession(session.sessionId, second.chatId);
      expect(await again.follower.end(second.taskId)).toMatchObject({ state: "interrupted", cause: "daemon_restart", filesChanged: 1 });
      expect(await again.api.pendingChanges.list.query({ sessionId: session.sessionId })).toMatchObject([
        { path: "begun.txt", agent: agent.id, taskIds: [second.taskId] },
      ]);
      expect([...(await again.marked())].filter((pid) => processes.has(pid))).toEqual([]);
      await expectToGoOn(subject, again, agent.acts, before);
    });
  });
}

/** Tests the same for the program that an adapter starts behind itself. */
export function describeInnerDeaths(agents: readonly RealAgent[]): void {
  describe.each(agents)("The program behind the real $id", (agent) => {
    it("killed in a turn, does not leave its chat stuck", async () => {
      const subject = await setUpRealAgent(agent);
      const session = await subject.connect(await subject.home.start()).openSession(subject.repository.path);
      const { second, before } = await talk(subject, session, agent.asks);
      const [processes, roots] = [await session.marked(), await session.roots()];
      const behind = [...processes].filter((pid) => !roots.includes(pid));
      expect(behind).not.toEqual([]);
      end(behind);
      expect(["failed", "interrupted"]).toContain((await session.follower.end(second.taskId)).state);
      await expectToGoOn(subject, session, agent.asks, before);
    });
  });
}
