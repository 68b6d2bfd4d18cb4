import { randomBytes } from "node:crypto";
import { AgentId } from "@boocode/shared/ids";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { expect, it } from "vitest";
import { Access } from "../../src/access/access.ts";
import { RestartCircuit } from "../../src/agents/supervise.ts";
import { createRig } from "../task-rig.ts";

const HOUR = 3_600_000;
const JUMPS = { "an hour on": HOUR, "an hour back": -HOUR, "ten years back": -87_600 * HOUR, "ten years on": 87_600 * HOUR };

it("F22 a clock that jumps: no agent is evicted, turns go on, the order is that of seq, browsers stay signed in", async () => {
  await using rig = await createRig({ script: ({ text }) => [{ do: "say", text: `Heard ${text}` }] });
  const { db, time } = rig;
  const access = new Access({ database: db, time, daemonToken: "t".repeat(43), tokenFile: null });
  await access.begin();
  const { token } = await access.exchange((await access.authenticate("t".repeat(43)))!, { name: "Firefox" });
  const first = await rig.send({ text: "first" });
  await rig.ended(first.taskId);
  const sent = [first];
  for (const [name, ms] of Object.entries(JUMPS)) {
    time.jump(ms);
    // Long enough for every look at idle agents, too short for one to have been idle for long.
    time.advance(100_000);
    const next = await rig.send({ chatId: first.chatId, text: name });
    sent.push(next);
    const { body } = await rig.ended(next.taskId);
    expect([name, body]).toMatchObject([name, { state: "completed" }]);
    expect([name, await access.authenticate(token)]).toMatchObject([name, { kind: "browser" }]);
  }
  await rig.dispatcher.settle();
  expect(rig.backend.conversations.map(({ isClosed }) => isClosed)).toEqual([false]);
  const events = await rig.events();
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const accepted = events.filter(({ body }) => body.type === "prompt.accepted").map(({ taskId }) => taskId);
  expect(accepted).toEqual(sent.map(({ taskId }) => taskId));
  expect(await judgeFault("F22", Object.keys(JUMPS).length, { dataDir: rig.path })).toEqual([]);
  // Time that really passes does close an agent that nobody uses.
  time.advance(3_000_000);
  await expect.poll(() => rig.backend.conversations.map(({ isClosed }) => isClosed)).toEqual([true]);
});

it("F22 a clock that jumps back leaves no program given up for years", async () => {
  await using rig = await createRig({ script: () => [] });
  const { time } = rig;
  const circuit = new RestartCircuit(AgentId.parse("opencode"), time);
  for (let death = 0; death < 4; death += 1) circuit.died(0);
  expect(() => circuit.check()).toThrow("agent_unavailable");
  time.jump(JUMPS["ten years back"]);
  time.advance(HOUR);
  expect(() => circuit.check()).not.toThrow();
});

it("F29 the answer to a prompt is lost after its commit: sent again, it is the same task, and runs once", async () => {
  await using rig = await createRig({ script: () => [{ do: "say", text: "Once" }] });
  const chatId = await rig.addChat();
  const sent = [];
  for (let round = 0; round < 20; round += 1) {
    const prompt = { promptId: `prompt-${randomBytes(8).toString("hex")}` as never, chatId, text: `round ${round}` };
    // Nobody hears this one's answer; the browser sends it again, at once or when the turn is over.
    const lost = rig.send(prompt);
    if (round % 2 === 0) await rig.ended((await lost).taskId);
    sent.push(await rig.send(prompt));
    await lost;
  }
  for (const { taskId } of sent) await rig.ended(taskId);
  await rig.dispatcher.settle();
  const bodies = await rig.bodies();
  expect(bodies.filter(({ type }) => type === "prompt.accepted")).toHaveLength(20);
  expect(rig.backend.prompts).toHaveLength(20);
  expect(await judgeFault("F29", 20, { dataDir: rig.path })).toEqual([]);
});
