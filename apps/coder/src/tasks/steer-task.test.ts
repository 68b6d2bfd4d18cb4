import { Barrier } from "@boocode/testkit/barrier";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import type { ScriptStep } from "@boocode/testkit/scripted-backend";
import { findTask } from "@boocode/db/stores/chats/task-store";
import { PromptId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { createRig, type Rig, type RigOptions } from "../../test/task-rig.ts";
import { recoverTasks } from "./recover-tasks.ts";

/** A rig whose turn "running" says something, waits, then follows `then`. */
async function busyRig(then: readonly ScriptStep[], options: Partial<RigOptions> = { steers: true }) {
  const barrier = new Barrier();
  const rig = await createRig({
    script: ({ text }) => (text === "running" ? [{ do: "say", text: "Hello" }, { do: "wait", barrier }, ...then] : []),
    ...options,
  });
  const chatId = await rig.addChat();
  const { taskId: turn } = await rig.send({ chatId, text: "running" });
  await barrier.reached;
  return { rig, barrier, chatId, turn };
}

/** What the journal tells of a turn, without bookkeeping. */
const told = async (rig: Rig, taskId: string) =>
  (await rig.events()).flatMap(({ taskId: id, body }) => {
    if (id !== taskId) return [];
    if (body.type === "text.delta" || body.type === "notice") return [body.text];
    if (body.type === "part.set") return [body.text];
    if (body.type === "prompt.steered") return [`> ${body.text}`];
    return body.type === "task.ended" ? [`(${body.state})`] : [];
  });
const ran = (rig: Rig) => rig.backend.prompts.map(({ text }) => text);

it("words are given to the running turn and stand where they were given, edited until then", async () => {
  const { rig, barrier, turn } = await busyRig([{ do: "take" }, { do: "say", text: "Done" }]);
  await using _ = rig;
  const one = await rig.tasks.steer({ taskId: turn, text: "use tabs" });
  const two = await rig.tasks.steer({ taskId: turn, text: "and be bref" });
  expect([one.into, two.into]).toEqual([turn, turn]);
  await rig.tasks.edit(two.taskId, "and be brief");
  const views = await rig.tasks.list({ sessionId: rig.session, limit: 9 });
  expect(views.map(({ text, canSteer }) => [text, canSteer])).toEqual([
    ["and be brief", false],
    ["use tabs", false],
    ["running", true],
  ]);
  barrier.open();
  await rig.dispatcher.settle();
  expect(await told(rig, turn)).toEqual([
    "Hello",
    "> use tabs",
    "took use tabs",
    "> and be brief",
    "took and be brief",
    "Done",
    "(completed)",
  ]);
  expect(await findTask(rig.db.read, one.taskId)).toMatchObject({ state: "cancelled", cause: "steered", startedAt: null });
  expect(ran(rig)).toEqual(["running"]);
});

it("words that the turn did not take before its end are the next prompt, in front of the queue, and the turn says so", async () => {
  const { rig, barrier, chatId, turn } = await busyRig([]);
  await using _ = rig;
  await rig.send({ chatId, text: "queued" });
  const { taskId } = await rig.tasks.steer({ taskId: turn, text: "too late" });
  await rig.tasks.steer({ taskId: turn, text: "this too" });
  barrier.open();
  await rig.dispatcher.settle();
  expect(await told(rig, turn)).toEqual(["Hello", expect.stringMatching(/^The turn ended before .* 2 of your messages/), "(completed)"]);
  expect(ran(rig)).toEqual(["running", "too late", "this too", "queued"]);
  expect(await findTask(rig.db.read, taskId)).toMatchObject({ state: "completed", steers: null });
});

it("words for a turn that is over are a prompt, and repeated ones are said once", async () => {
  const { rig, barrier, turn } = await busyRig([]);
  await using _ = rig;
  barrier.open();
  await rig.dispatcher.settle();
  const promptId = PromptId.parse("prompt-late");
  const sent = await rig.tasks.steer({ taskId: turn, text: "after all", promptId });
  expect(sent.into).toBeNull();
  expect(await rig.tasks.steer({ taskId: turn, text: "after all", promptId })).toEqual(sent);
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["running", "after all"]);
});

it("an agent that takes no words during a turn refuses them in words, and keeps nothing", async () => {
  const { rig, barrier, turn } = await busyRig([], {});
  await using _ = rig;
  await expect(rig.tasks.steer({ taskId: turn, text: "no" })).rejects.toMatchObject({
    fault: { kind: "steer_unsupported", agent: "boocode" },
  });
  barrier.open();
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["running"]);
});

it("words that are removed before they are taken are never said", async () => {
  const { rig, barrier, turn } = await busyRig([{ do: "take" }]);
  await using _ = rig;
  const { taskId } = await rig.tasks.steer({ taskId: turn, text: "never mind" });
  await rig.tasks.unqueue(taskId);
  barrier.open();
  await rig.dispatcher.settle();
  expect(await told(rig, turn)).toEqual(["Hello", "(completed)"]);
  expect(ran(rig)).toEqual(["running"]);
});

it("words that the agent was given cannot be removed any more, nor brought back as a second prompt", async () => {
  const { rig, barrier, chatId, turn } = await busyRig([{ do: "take" }]);
  await using _ = rig;
  const { taskId } = await rig.tasks.steer({ taskId: turn, text: "use tabs" });
  barrier.open();
  await rig.waitFor(({ body, taskId: id }) => body.type === "prompt.steered" && id === turn);
  await expect(rig.tasks.unqueue(taskId)).rejects.toMatchObject({ fault: { kind: "task_not_queued" } });
  await rig.dispatcher.settle();
  const { taskId: second } = await rig.send({ chatId, text: "another", again: taskId });
  expect(await findTask(rig.db.read, second)).not.toMatchObject({
    position: (await findTask(rig.db.read, taskId))?.position,
  });
  await rig.dispatcher.settle();
});

it("words that the agent took and then refused are the next prompt", async () => {
  const { rig, barrier, turn } = await busyRig([{ do: "take" }], { steers: "refuses" });
  await using _ = rig;
  await rig.tasks.steer({ taskId: turn, text: "hm" });
  barrier.open();
  await rig.waitFor(({ body, taskId }) => body.type === "task.ended" && taskId === turn);
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["running", "hm"]);
});

it("words that the agent refuses after its turn has ended run all the same", async () => {
  const { rig, barrier, turn } = await busyRig([]);
  await using _ = rig;
  const refused = Promise.withResolvers<void>();
  rig.backend.conversations[0]!.steer = async (_text, take) => {
    await take();
    await refused.promise;
    return false;
  };
  await rig.tasks.steer({ taskId: turn, text: "hm" });
  await rig.waitFor(({ body, taskId }) => body.type === "prompt.steered" && taskId === turn);
  barrier.open();
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["running"]);
  refused.resolve();
  await rig.waitFor(({ body, taskId }) => body.type === "task.ended" && body.state === "completed" && taskId !== turn);
  expect(ran(rig)).toEqual(["running", "hm"]);
});

it("a crash before words are taken leaves them in front of the queue", async () => {
  await using folder = await createTempFolder();
  const { rig, chatId, turn } = await busyRig([], { steers: true, folder: folder.path, isFresh: true });
  await rig.send({ chatId, text: "queued" });
  await rig.tasks.steer({ taskId: turn, text: "before the crash" });
  await rig.crash();
  await using after = await createRig({ script: () => [], folder: folder.path });
  await recoverTasks(after, after.salvage);
  after.dispatcher.wake();
  await after.dispatcher.settle();
  expect(ran(after)).toEqual(["before the crash", "queued"]);
  expect((await told(after, turn)).slice(-2)).toEqual([expect.stringMatching(/next prompt/), "(interrupted)"]);
});
