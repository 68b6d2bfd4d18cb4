import { Barrier } from "@boocode/testkit/barrier";
import { describe, expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../../test/manual-time.ts";
import type { AgentConversation, BackendLogger } from "@boocode/shared/agents/agent-backend";
import { say, setUpScripted, silentLogger } from "./opencode-fixture.ts";

const PROBE_EVERY_MS = 5_000;
/** How long a turn waits for its last words. */
const GRACE_MS = 200;

/** A scripted opencode with a clock that the test controls. `silences`: how long each abandoned server had been silent. */
async function setUp(program: Parameters<typeof setUpScripted>[0]) {
  const time = new ManualTime();
  const silences: number[] = [];
  const warn: BackendLogger["warn"] = (fields) => {
    if ("silentMs" in fields) silences.push(fields.silentMs as number);
  };
  const subject = await setUpScripted(program, { time, logger: { ...silentLogger, warn } });
  /** Advances the clock by a second and waits until its effects settle. */
  const second = async () => {
    time.advance(1_000);
    do await new Promise((done) => setImmediate(done));
    while (silences.length === 0 && !time.pending.some((ms) => ms <= PROBE_EVERY_MS));
  };
  const freeze = () => {
    const { pid } = subject.opencode.starts[0]!;
    process.kill(pid, "SIGSTOP");
    onTestFinished(() => {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // The server was abandoned and is gone, as expected.
      }
    });
  };
  const ask = (conversation: AgentConversation, text: string) => time.passShort(GRACE_MS, say(conversation, text));
  return { ...subject, silences, second, freeze, ask };
}

describe("P8: a server that is frozen", () => {
  it("is abandoned after half a minute of silence, and the next chat gets another", async () => {
    await using subject = await setUp({ script: () => ({ steps: [{ do: "say", text: "Hello." }] }) });
    const conversation = await subject.backend.open(subject.opening);
    subject.freeze();
    for (let passed = 0; passed < 29; passed += 1) await subject.second();
    expect(subject.silences).toEqual([]);
    while (subject.silences.length === 0) await subject.second();
    expect(subject.silences[0]).toBeGreaterThanOrEqual(30_000);
    expect(subject.silences[0]).toBeLessThanOrEqual(30_000 + 2 * PROBE_EVERY_MS);
    await conversation.closed;
    expect(subject.deaths).toHaveLength(1);
    expect(await subject.ask(await subject.backend.open(subject.opening), "Go")).toMatchObject({ text: "Hello." });
  });

  it("is given twice as long in the middle of a turn, which then ends with the reason", async () => {
    await using subject = await setUp({
      script: (_, index) => ({ steps: index === 0 ? [{ do: "say", text: "I begin" }, { do: "never" }] : [{ do: "say", text: "Back." }] }),
    });
    const conversation = await subject.backend.open(subject.opening);
    const begun = Promise.withResolvers<void>();
    const turn = say(conversation, "Go", ({ type }) => void (type === "text.delta" && begun.resolve()));
    await begun.promise;
    subject.freeze();
    for (let passed = 0; passed < 59; passed += 1) await subject.second();
    expect(subject.silences).toEqual([]);
    while (subject.silences.length === 0) await subject.second();
    expect(subject.silences[0]).toBeGreaterThanOrEqual(60_000);
    const { end } = await turn;
    expect(end).toMatchObject({
      state: "interrupted",
      cause: "agent_exit",
      evidence: { message: expect.stringMatching(/said nothing for 6\d s/) },
    });
    await conversation.closed;
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(await subject.ask(next, "Again")).toMatchObject({ text: "Back.", end: { state: "completed" } });
  });
});

it("P8: a server that answers no probe and still streams is left alone", async () => {
  const words = Array.from({ length: 30 }, () => new Barrier());
  let asked = 0;
  const askedAgain = Promise.withResolvers<void>();
  // Answer the first probe: without it no server starts.
  const pass = () => {
    if (asked++ === 0) return Promise.resolve();
    askedAgain.resolve();
    return new Promise<void>(() => {});
  };
  await using subject = await setUp({
    script: () => ({
      steps: words.flatMap((gate, place) => [
        { do: "wait" as const, gate },
        { do: "say" as const, text: `w${place} ` },
      ]),
    }),
    faults: { holds: [{ method: "GET", path: "/global/health", gate: { pass } }] },
  });
  const conversation = await subject.backend.open(subject.opening);
  const heard = words.map(() => Promise.withResolvers<void>());
  const turn = say(conversation, "Go", (event) => {
    const [, place] = event.type === "text.delta" ? (/w(\d+)/.exec(event.text) ?? []) : [];
    if (place !== undefined) heard[Number(place)]?.resolve();
  });
  for (const [place, gate] of words.entries()) {
    gate.open();
    await heard[place]!.promise;
    for (let passed = 0; passed < 10; passed += 1) {
      await subject.second();
      // A probe is in flight now and may take some more seconds.
      if (passed === 5) await askedAgain.promise;
    }
  }
  expect(await turn).toMatchObject({ end: { state: "completed" } });
  expect(subject.silences).toEqual([]);
  expect(subject.opencode.starts).toHaveLength(1);
});
