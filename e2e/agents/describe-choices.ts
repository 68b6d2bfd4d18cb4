import { describe, expect, it } from "vitest";
import type { RealAgent } from "./real-agent.ts";
import { say, setUpRealAgent } from "./real-agent-fixture.ts";

/** Tests that an agent uses the model that a person picks, and says so. */
export function describeChoices(agents: readonly RealAgent[]): void {
  describe.each(agents.filter(({ other }) => other !== undefined))("The real $id", (agent) => {
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
      // Qwen Code takes the model of an endpoint from its environment.
      const expectedNotices = agent.id === "qwen" ? ["The agent was started again for this model and continues its context."] : [];
      expect(follower.events.flatMap(({ body }) => (body.type === "notice" ? [body.text] : []))).toEqual(expectedNotices);
    });
  });
}
