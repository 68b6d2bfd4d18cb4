import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { AgentId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createRig } from "../../test/task-rig.ts";
import { recallTurn } from "./recall-turn.ts";
import { recoverTasks } from "./recover-tasks.ts";

const boocode = AgentId.parse("boocode");
const whole: AgentEvent[] = [
  { type: "text.delta", partId: "part-0", offset: 0, text: "Half a sentence, and the rest." },
  { type: "tool.started", callId: "call", name: "write", kind: "write", title: "Write a", paths: ["a"], input: {} },
  { type: "tool.updated", callId: "call", status: "completed", result: { output: "written" } },
  { type: "text.delta", partId: "part-1", offset: 0, text: "Done." },
];

/** A daemon that died in the middle of a turn, and the next one, which has ended it. */
async function startAgain() {
  const parts = new AsyncDisposableStack();
  const folder = parts.use(await createTempFolder());
  const barrier = new Barrier();
  const script = () => [
    { do: "say" as const, text: "Half a", partId: "part-0" },
    { do: "wait" as const, barrier },
  ];
  const dead = await createRig({ folder: folder.path, isFresh: true, script });
  const { taskId, chatId } = await dead.send({ text: "first" });
  await barrier.reached;
  await dead.waitFor(({ body }) => body.type === "text.delta" && body.text.includes("a"));
  await dead.crash();
  const rig = parts.use(await createRig({ folder: folder.path, script: () => [{ do: "say", text: "Second" }] }));
  await recoverTasks(rig, async () => []);
  const items = async () => (await rig.chats.transcript({ chatId, limit: 50 })).items;
  return { rig, taskId, chatId, items, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

it("tells what an agent wrote down after the daemon had died, once, as of the interrupted turn", async () => {
  await using subject = await startAgain();
  const { rig, taskId, chatId, items } = subject;
  const asked: string[] = [];
  const recall = async (id: string) => {
    asked.push(id);
    return whole;
  };
  await recallTurn(rig, { chatId, agent: boocode }, { recall });
  const told = await items();
  expect(told).toMatchObject([
    { kind: "prompt" },
    { kind: "text", text: "Half a sentence, and the rest.", isStreaming: false },
    { kind: "turn_end", state: "interrupted" },
    { kind: "notice", level: "info" },
    { kind: "tool", status: "completed", result: { output: "written" } },
    { kind: "text", text: "Done.", isStreaming: false },
  ]);
  expect(told.every((item) => item.taskId === taskId)).toBe(true);
  const events = await rig.events();
  await recallTurn(rig, { chatId, agent: boocode }, { recall });
  expect(await rig.events()).toEqual(events);
  expect(asked).toEqual([taskId, taskId]);
});

it("asks nothing of another agent, nor once there was another turn", async () => {
  await using subject = await startAgain();
  const { rig, chatId } = subject;
  const recall = () => Promise.reject(new Error("It was asked"));
  const before = await rig.events();
  await recallTurn(rig, { chatId, agent: AgentId.parse("opencode") }, { recall: async () => whole });
  expect(await rig.events()).toEqual(before);
  await rig.send({ chatId, text: "second" });
  await rig.dispatcher.settle();
  const after = await rig.events();
  await recallTurn(rig, { chatId, agent: boocode }, { recall: async () => whole });
  expect(await rig.events()).toEqual(after);
  await recallTurn(rig, { chatId, agent: boocode }, { recall });
});

it("an agent that cannot tell, or takes its time, holds nothing up; what comes later is told", async () => {
  await using subject = await startAgain();
  const { rig, chatId, items } = subject;
  await recallTurn(rig, { chatId, agent: boocode }, { recall: () => Promise.reject(new Error("No")) });
  const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<AgentEvent[]>()];
  const recall = () => {
    asked.resolve();
    return answer.promise;
  };
  const waiting = recallTurn(rig, { chatId, agent: boocode }, { recall });
  await asked.promise;
  rig.time.advance(5_000);
  await waiting;
  expect(await items()).toHaveLength(3);
  answer.resolve(whole);
  await rig.waitFor(({ body }) => body.type === "part.set" && body.text === "Done.");
  expect(await items()).toHaveLength(6);
});
