import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Barrier } from "@boocode/testkit/barrier";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import type { ScriptStep } from "@boocode/testkit/scripted-backend";
import { writeSettings } from "@boocode/db/stores/setting-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { expect, it } from "vitest";
import { createRig, type Rig } from "../../test/task-rig.ts";

const HOUR = 3_600_000;
const ran = (rig: Rig) => rig.backend.prompts.map(({ text }) => text);
const failsWith = (message: string): ScriptStep => ({ do: "end", end: { state: "failed", cause: "agent_error", evidence: { message } } });
const queued = async (rig: Rig) => (await listOpenTasks(rig.db.read)).map(({ text, notBefore }) => [text, notBefore !== null]);

/** Lets an hour pass, and the dispatcher see it. */
async function passHour(rig: Rig): Promise<void> {
  rig.time.jump(HOUR);
  rig.time.advance(40_000);
  await rig.dispatcher.settle();
}

it("a refusal that names a time ends the turn with it; what waits for the same agent and model waits, in every session, and others go on", async () => {
  const barriers = { first: new Barrier(), busy: new Barrier() };
  await using rig = await createRig({
    script: ({ text }) => {
      if (text === "busy") return [{ do: "wait", barrier: barriers.busy }];
      return text === "first"
        ? [{ do: "wait", barrier: barriers.first }, failsWith("You've hit your usage limit, try again in 1 hour.")]
        : [];
    },
  });
  const other = await rig.addSession("session-2");
  const [chatId, secondChat] = [await rig.addChat(), await rig.addChat()];
  const first = await rig.send({ chatId, text: "first" });
  const busy = await rig.send({ text: "busy", sessionId: other });
  await Promise.all([barriers.first.reached, barriers.busy.reached]);
  await rig.send({ chatId, text: "behind" });
  await rig.send({ chatId: secondChat, text: "another model", model: "m2" });
  await rig.send({ text: "elsewhere", sessionId: other });
  barriers.first.open();
  const end = await rig.ended(first.taskId);
  expect(end.body).toMatchObject({ state: "failed", cause: "usage_limit", evidence: { resetsAt: expect.any(Number) as number } });
  barriers.busy.open();
  await rig.waitFor(({ body, taskId }) => body.type === "task.ended" && taskId === busy.taskId, other);
  await rig.dispatcher.settle();
  expect(ran(rig).toSorted()).toEqual(["another model", "busy", "first"]);
  expect((await queued(rig)).toSorted()).toEqual([
    ["behind", true],
    ["elsewhere", true],
  ]);
  await passHour(rig);
  expect(ran(rig).toSorted()).toEqual(["another model", "behind", "busy", "elsewhere", "first"]);
});

it("a limit that an agent says as its answer ends the turn with its time; the same words of a model, or in an answer, do not", async () => {
  const words = "You've hit your session limit · resets 3pm (UTC)\n/upgrade to increase your usage limit.";
  const tool: ScriptStep[] = [
    { do: "emit", event: { type: "tool.started", callId: "c1", name: "read", kind: "read", title: "Read", paths: [], input: null } },
    { do: "emit", event: { type: "tool.updated", callId: "c1", status: "completed", result: {} } },
  ];
  const script = ({ text }: { text: string }): ScriptStep[] => {
    if (text === "limit") return [{ do: "say", text: words, partId: "b" }];
    if (text === "quote") return [...tool, { do: "say", text: words, partId: "b" }];
    return [{ do: "say", text: `It says: ${words}`, partId: "c" }];
  };
  await using rig = await createRig({ script, kind: "acp" });
  const ended = async (text: string) => (await rig.ended((await rig.send({ text })).taskId)).body;
  expect(await ended("answer")).toMatchObject({ state: "completed", cause: null });
  expect(await ended("quote")).toMatchObject({ state: "completed", cause: null });
  const end = await ended("limit");
  expect(end).toMatchObject({ state: "failed", cause: "usage_limit", evidence: { message: words } });
  const { resetsAt } = (end as { evidence: { resetsAt: number } }).evidence;
  expect([new Date(resetsAt).getUTCHours(), resetsAt > rig.time.now()]).toEqual([15, true]);
  await using native = await createRig({ script, kind: "native" });
  expect((await native.ended((await native.send({ text: "limit" })).taskId)).body).toMatchObject({ state: "completed" });
});

it("is continued when the limit resets, once chosen, also after a restart, and not twice", async () => {
  await using folder = await createTempFolder();
  const script = ({ text }: { text: string }): ScriptStep[] =>
    text === "work" ? [{ do: "say", text: "Half" }, failsWith("Usage limit reached. Try again in 1 hour.")] : [];
  const rig = await createRig({ script, folder: folder.path, isFresh: true });
  const { taskId } = await rig.send({ text: "work" });
  await rig.ended(taskId);
  await rig.dispatcher.settle();
  expect(await queued(rig)).toEqual([]);
  const once = await rig.tasks.continueAfterLimit(taskId);
  expect((await rig.tasks.continueAfterLimit(taskId)).id).toBe(once.id);
  await rig.dispatcher.settle();
  expect(await queued(rig)).toEqual([["Continue where you left off.", true]]);
  await rig.crash();
  await using after = await createRig({ script, folder: folder.path });
  after.dispatcher.wake();
  await after.dispatcher.settle();
  expect(ran(after)).toEqual([]);
  await passHour(after);
  expect(ran(after)).toEqual(["Continue where you left off."]);
});

it("a chosen continuation that is removed does not run; a turn without a limit cannot be continued later", async () => {
  await using rig = await createRig({ script: ({ text }) => (text === "work" ? [failsWith("rate limit: retry in 60m")] : []) });
  const { taskId } = await rig.send({ text: "work" });
  await rig.ended(taskId);
  await rig.dispatcher.settle();
  const { id, text } = await rig.tasks.continueAfterLimit(taskId);
  expect(text).toBe("work");
  await rig.tasks.unqueue(id);
  await passHour(rig);
  expect(ran(rig)).toEqual(["work"]);
  const fine = await rig.send({ text: "fine" });
  await rig.ended(fine.taskId);
  await expect(rig.tasks.continueAfterLimit(fine.taskId)).rejects.toMatchObject({ fault: { kind: "not_continuable" } });
});

it("a prompt that calls a skill and met the limit before the agent acted calls it again", async () => {
  await using rig = await createRig({ script: () => [failsWith("rate limit: retry in 60m")] });
  const folder = join(rig.path, "home/.claude/skills/review");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "SKILL.md"), "---\nname: review\n---\nRead it.\n");
  const { taskId } = await rig.send({ text: "it", skill: "review" });
  await rig.ended(taskId);
  await rig.dispatcher.settle();
  expect(await rig.tasks.continueAfterLimit(taskId)).toMatchObject({ kind: "skill", text: "/review it" });
});

it("with the setting on, it goes on by itself, and no more often than the setting says", async () => {
  await using rig = await createRig({ script: () => [failsWith("Usage limit reached, resets in 1 hour")] });
  await rig.db.write("full", async (tx) => void (await writeSettings(tx, { continueAfterLimit: true, continueAfterLimitTimes: 2 })));
  const { taskId } = await rig.send({ text: "work" });
  await rig.ended(taskId);
  await rig.dispatcher.settle();
  for (let hour = 0; hour < 4; hour += 1) await passHour(rig);
  expect(ran(rig)).toEqual(["work", "work", "work"]);
  expect(await queued(rig)).toEqual([]);
});
