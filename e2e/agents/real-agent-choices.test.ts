import { describe, expect, it, vi } from "vitest";
import { describeChoices } from "./describe-choices.ts";
import { REAL_AGENTS } from "./real-agent.ts";
import { say, setUpRealAgent } from "./real-agent-fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

// The others start slowly: they have their turn in the soak.
describeChoices(REAL_AGENTS.filter(({ id }) => id !== "qwen" && id !== "gemini"));

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
