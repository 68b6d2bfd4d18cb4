import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { textOf } from "../../apps/coder/test/test-client.ts";
import { REAL_CLI_AGENTS } from "./real-cli.ts";
import { say, setUpRealAgent } from "./real-agent-fixture.ts";

vi.setConfig({ testTimeout: 120_000 });

describe.each(REAL_CLI_AGENTS)("The real command line of $id", (agent) => {
  it("T2: answers, goes on in its session, writes files that are its own, and stops with its commands", async () => {
    const { scripts, repository, home, connect } = await setUpRealAgent(agent);
    const daemon = await home.start();
    const session = await connect(daemon).openSession(repository.path);
    const { api, chips, follower, send, commands, marked, worktree, sessionId } = session;
    const find = async () => (await api.agents.list.query()).find(({ id }) => id === agent.id);
    expect(await find()).toMatchObject({ available: true, transport: "cli" });

    const first = await send(scripts.set("PROMPT-ONE", say("Hello to you.")), agent.acts);
    expect(await follower.end(first.taskId)).toMatchObject({ state: "completed", cause: null, filesChanged: 0 });
    expect(textOf(follower.events, first.taskId)).toBe("Hello to you.");
    // One process per turn: between turns there is none.
    expect(await marked()).toEqual(new Set());
    const [before] = await chips();

    const file = agent.write?.(join(await worktree(), "new.txt"), "new\n") ?? agent.run("echo new > new.txt");
    const second = await send(scripts.set("PROMPT-TWO", file, say("Written.")), agent.acts);
    expect(await follower.end(second.taskId)).toMatchObject({ state: "completed", filesChanged: 1 });
    expect(textOf(follower.events, second.taskId)).toBe("Written.");
    expect(await api.pendingChanges.list.query({ sessionId })).toMatchObject([
      { path: "new.txt", agent: agent.id, taskIds: [second.taskId] },
    ]);
    const told = () => JSON.stringify(scripts.requests.at(-1)!.body.messages);
    expect(told()).toContain("Hello to you.");

    const third = await send(
      scripts.set("PROMPT-THREE", agent.run("(sleep 611 >/dev/null 2>&1 &); echo begun > begun.txt; sleep 612"), say("Never.")),
      agent.acts,
    );
    const begun = async () => readFile(join(await worktree(), "begun.txt"), "utf8").catch(() => "");
    await expect.poll(begun, { timeout: 60_000 }).toBe("begun\n");
    await api.tasks.cancel.mutate({ taskId: third.taskId });
    expect(await follower.end(third.taskId)).toMatchObject({ state: "cancelled", cause: "stopped_by_person", filesChanged: 1 });
    expect((await commands()).filter((one) => one.startsWith("sleep"))).toEqual([]);

    const last = await send(scripts.set("PROMPT-LAST", say("I am here.")), agent.acts);
    expect(await follower.end(last.taskId)).toMatchObject({ state: "completed", cause: null });
    expect(textOf(follower.events, last.taskId)).toBe("I am here.");
    expect(told()).toContain("Hello to you.");
    expect(await chips()).toMatchObject([{ agentSessionId: before?.agentSessionId, backend: "cli" }]);
  });
});
