import { Barrier } from "@boocode/testkit/barrier";
import { describe, expect, it, vi } from "vitest";
import { textOf } from "../../apps/coder/test/test-client.ts";
import { describeRealCliContract } from "./describe-real-contract.ts";
import { REAL_CLI_AGENTS } from "./real-cli.ts";
import { say, setUpRealAgent } from "./real-agent-fixture.ts";

vi.setConfig({ testTimeout: 120_000 });

for (const agent of REAL_CLI_AGENTS) describeRealCliContract(agent);

describe.each(REAL_CLI_AGENTS)("The real command line of $id", (agent) => {
  it("F1: killed in a turn, ends it as interrupted and goes on in the same session", async () => {
    const { scripts, repository, home, connect } = await setUpRealAgent(agent);
    const { chips, follower, send, marked } = await connect(await home.start()).openSession(repository.path);
    const first = await send(scripts.set("PROMPT-ONE", say("Hello to you.")), agent.acts);
    expect(await follower.end(first.taskId)).toMatchObject({ state: "completed" });
    const [before] = await chips();
    const silence = { kind: "wait", barrier: new Barrier() } as const;
    const second = await send(scripts.set("PROMPT-TWO", { steps: [{ kind: "text", text: "I begin" }, silence] }), agent.acts);
    await silence.barrier.reached;
    for (const pid of await marked()) process.kill(pid, "SIGKILL");
    expect(await follower.end(second.taskId)).toMatchObject({ state: "interrupted", cause: "agent_exit" });
    silence.barrier.open();
    const last = await send(scripts.set("PROMPT-LAST", say("I am back.")), agent.acts);
    expect(await follower.end(last.taskId)).toMatchObject({ state: "completed", cause: null });
    expect(textOf(follower.events, last.taskId)).toBe("I am back.");
    expect(JSON.stringify(scripts.requests.at(-1)!.body.messages)).toContain("Hello to you.");
    // An agent that has said nothing yet may not have had its prompt, and is told of it.
    const continuity = agent.streams ? "resumed" : "history";
    expect(await chips()).toMatchObject([{ agentSessionId: before?.agentSessionId, continuity }]);
  });

  it.runIf(agent.login)("tells how to log in", async () => {
    const { repository, home, connect } = await setUpRealAgent(agent, { isLoggedIn: false });
    const { follower, send } = await connect(await home.start()).openSession(repository.path);
    const { taskId } = await send("PROMPT-ONE");
    const end = await follower.end(taskId);
    expect(end).toMatchObject({ state: "failed", cause: "login_required" });
    expect(JSON.stringify(end).replaceAll("\\n", "\n")).toMatch(agent.login!);
  });
});
