import { describe, expect, it } from "vitest";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { ManualTime } from "../../../../test/manual-time.ts";
import { say, setUpScripted, silentLogger } from "../opencode-fixture.ts";

const IDLE_MS = 1_000_000;
/** How long a turn waits for its last words. */
const GRACE_MS = 200;

/** A server with an idle clock that the test controls. `ended` resolves when BooCode ends one. */
async function setUpIdle() {
  const [time, ended] = [new ManualTime(), Promise.withResolvers<void>()];
  const info = (_: object, message: string) => void (message === "opencode was ended" && ended.resolve());
  const subject = await setUpScripted(
    { script: () => ({ steps: [{ do: "say", text: "Hello." }] }) },
    { time, idleMs: IDLE_MS, logger: { ...silentLogger, info } },
  );
  const ask = (conversation: AgentConversation, text: string) => time.passShort(GRACE_MS, say(conversation, text));
  return { ...subject, time, ended, ask };
}

describe("A server that nobody uses", () => {
  it("goes with its last chat where that was idle for as long as it may be, and comes back for the next", async () => {
    const { time, ended, ask, ...subject } = await setUpIdle();
    await using _ = subject;
    const conversation = await subject.backend.open(subject.opening);
    time.advance(IDLE_MS);
    expect(await ask(conversation, "Go")).toMatchObject({ text: "Hello." });
    time.advance(IDLE_MS);
    await conversation.close();
    time.advance(1);
    await ended.promise;
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(next.continuity).toBe("resumed");
    expect(await ask(next, "Again")).toMatchObject({ text: "Hello." });
    expect(subject.opencode.starts).toHaveLength(2);
    expect(subject.deaths).toEqual([]);
  });

  it("stays for a while after its last chat where a turn was just over, and where somebody wants it", async () => {
    const { time, ended, ask, ...subject } = await setUpIdle();
    await using _ = subject;
    const conversation = await subject.backend.open(subject.opening);
    await ask(conversation, "Go");
    await conversation.close();
    time.advance(IDLE_MS - 1);
    await subject.backend.start(subject.opening.env);
    time.advance(IDLE_MS - 1);
    expect(await ask(await subject.backend.open(subject.opening), "Again")).toMatchObject({ text: "Hello." });
    expect(subject.opencode.starts).toHaveLength(1);
    await subject.backend.close();
    await ended.promise;
  });

  it("is ended for a change of its program also while it still starts", async () => {
    const { time: _time, ended, ask: _ask, ...subject } = await setUpIdle();
    await using _ = subject;
    const starting = subject.backend.start(subject.opening.env);
    await subject.backend.shared.endUnused();
    expect(subject.opencode.starts).toHaveLength(1);
    expect(subject.backend.shared.list()).toEqual([]);
    await ended.promise;
    await starting;
  });
});
