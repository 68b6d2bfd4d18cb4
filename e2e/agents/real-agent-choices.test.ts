import { describe, expect, it, vi } from "vitest";
import { REAL_AGENTS } from "./real-agent.ts";
import { say, setUpRealAgent } from "./real-agent-fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

describe.each(REAL_AGENTS.filter(({ other }) => other !== undefined))("The real $id", (agent) => {
  it("uses another model when it is picked, says so, and keeps to it in another process", async () => {
    const { other = expect.fail() } = agent;
    const { home, scripts, connect, repository } = await setUpRealAgent(agent);
    const session = await connect(await home.start()).openSession(repository.path);
    const { follower, send, marked } = session;
    const answered = async (prompt: string, model: string) => {
      const { taskId } = await send(scripts.set(prompt, say("Fine.")), agent.asks, model);
      return { ...(await follower.end(taskId)), asked: scripts.requests.at(-1)!.body.model };
    };
    const first = await answered("PROMPT-ONE", "");
    expect(first).toMatchObject({ state: "completed" });
    expect(first.asked).not.toMatch(other.wire);
    const expected = { state: "completed", model: other.id, asked: expect.stringMatching(other.wire) };
    expect(await answered("PROMPT-TWO", other.id)).toMatchObject(expected);
    for (const pid of await marked()) process.kill(pid, "SIGKILL");
    await expect.poll(async () => (await session.chips())[0]?.warm).toBe(false);
    await agent.letTimePass?.(home.path);
    expect(await answered("PROMPT-THREE", other.id)).toMatchObject(expected);
    expect(follower.events.flatMap(({ body }) => (body.type === "notice" ? [body.text] : []))).toEqual([]);
  });
});

describe.each(REAL_AGENTS.filter(({ id }) => ["claude", "codex", "gemini"].includes(id)))("The real $id without a login", (agent) => {
  it("says that it needs one, and how", async () => {
    const { home, scripts, connect, repository } = await setUpRealAgent(agent, { isLoggedIn: false });
    const { follower, send } = await connect(await home.start()).openSession(repository.path);
    const { taskId } = await send(scripts.set("PROMPT-ONE", say("Never.")));
    expect(await follower.end(taskId)).toMatchObject({
      state: "failed",
      cause: "login_required",
      evidence: { message: expect.stringMatching(/log ?in|API.KEY/i) },
    });
    expect(scripts.requests).toEqual([]);
  });
});
