import { Barrier } from "@boocode/testkit/barrier";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import type { ScriptStep } from "@boocode/testkit/scripted-backend";
import { writeSettings } from "@boocode/db/stores/setting-store";
import { readUsage } from "@boocode/db/stores/agents/usage-store";
import type { Usage } from "@boocode/shared/agents/usage";
import type { SettingsPatch } from "@boocode/shared/settings/settings";
import { expect, it } from "vitest";
import { readBudgets } from "../usage/read-budgets.ts";
import { UsageReports } from "../usage/usage-reports.ts";
import { recoverTasks } from "./recover-tasks.ts";
import { createRig, type Rig } from "../../test/task-rig.ts";

const HOUR = 3_600_000;
const used = (tokens: number, cost: number | null = null): Usage => ({
  inputTokens: tokens - 1,
  outputTokens: 1,
  cachedTokens: null,
  cost,
  contextUsed: tokens,
  contextSize: 200_000,
});
/** A turn that reports what it used, more than once, as agents do. */
const uses = (tokens: number, cost: number | null = null): ScriptStep[] => [
  { do: "emit", event: { type: "usage.updated", usage: used(tokens / 2, cost) } },
  { do: "emit", event: { type: "usage.updated", usage: used(tokens, cost) } },
];
const ran = (rig: Rig) => rig.backend.prompts.map(({ text }) => text);
const set = (rig: Rig, settings: SettingsPatch) => rig.db.write("full", async (tx) => void (await writeSettings(tx, settings)));
const waiting = async (rig: Rig) =>
  (await rig.tasks.list({ states: ["queued"], limit: 50 })).map(({ text, overBudget }) => [text, overBudget?.scope, overBudget?.spent]);
const reportsOf = ({ db, time, dispatcher }: Rig) => new UsageReports({ db, time, listRunning: () => dispatcher.listRunning() });

it("a session's budget stops before the next turn, cuts none, and loses no prompt; one may be sent anyway", async () => {
  await using folder = await createTempFolder();
  const barrier = new Barrier();
  const script = ({ text }: { text: string }) => (text === "first" ? [...uses(900), { do: "wait" as const, barrier }] : uses(100));
  const rig = await createRig({ script, folder: folder.path, isFresh: true });
  await set(rig, { sessionBudget: { tokens: 1_000, cost: null } });
  const chatId = await rig.addChat();
  const first = await rig.send({ chatId, text: "first" });
  await barrier.reached;
  expect((await reportsOf(rig).budget(rig.session)).deciding).toMatchObject({ level: "warn", spent: 900, limit: 1_000 });
  await reportsOf(rig).setSessionBudget(rig.session, { tokens: 500, cost: null });
  barrier.open();
  const [second, third] = [await rig.send({ chatId, text: "second" }), await rig.send({ chatId, text: "third" })];
  expect((await rig.ended(first.taskId)).body).toMatchObject({ state: "completed", usage: used(900) });
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["first"]);
  // Its run goes on for a moment after its end is stored.
  const run = { taskId: first.taskId, sessionId: rig.session, usage: used(900) };
  expect((await readBudgets(rig, [rig.session], [run])).get(rig.session)?.deciding).toMatchObject({ spent: 900 });
  expect(await waiting(rig)).toEqual([
    ["third", "session", 900],
    ["second", "session", 900],
  ]);
  expect(await rig.sessions.find(rig.session)).toMatchObject({ status: "queued", attention: "needs_you" });
  await expect(rig.tasks.sendNow(third.taskId)).rejects.toMatchObject({ fault: { kind: "budget_used_up", scope: "session", spent: 900 } });
  // It does not pass the held one of its chat.
  await rig.tasks.sendAnyway(third.taskId);
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["first"]);
  expect((await rig.tasks.list({ states: ["queued"], limit: 1 }))[0]?.waitsFor).toMatchObject({ taskId: second.taskId });
  await rig.tasks.reorder(third.taskId, { next: "before", anchorId: second.taskId });
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["first", "third"]);
  await rig.crash();

  await using after = await createRig({ script, folder: folder.path });
  await recoverTasks(after, after.salvage);
  after.dispatcher.wake();
  await after.dispatcher.settle();
  expect(await waiting(after)).toEqual([["second", "session", 1_000]]);
  await reportsOf(after).setSessionBudget(after.session, null);
  await set(after, { sessionBudget: { tokens: 1_001, cost: null } });
  after.dispatcher.wake();
  await after.ended(second.taskId);
  await after.dispatcher.settle();
  expect(ran(after)).toEqual(["second"]);
  expect(await after.sessions.find(after.session)).toMatchObject({ status: "idle", attention: "none" });
  expect(await readUsage(after.db.read, { sessionId: after.session })).toMatchObject({ turns: 3, inputTokens: 1_097, cost: null });
});

it("a day's budget holds every session, also for turns that still run, until the person's day is over; a clock put back gives none back", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({
    script: ({ text }) => (text === "long" ? [...uses(10, 2), { do: "wait", barrier }] : text === "silent" ? [] : uses(10, 0.5)),
  });
  // The rig begins at 2027-01-15 08:00 in UTC, which is 22:30 the day before here.
  await set(rig, { dayBudget: { tokens: null, cost: 2 }, timeZone: "Pacific/Marquesas" });
  const other = await rig.addSession("session-2");
  const told: unknown[] = [];
  rig.feed.onWorkspace(({ noun, sessionId }) => void (noun === "usage" && told.push(sessionId)));
  const long = await rig.send({ text: "long" });
  await barrier.reached;
  await rig.send({ text: "elsewhere", sessionId: other });
  await expect.poll(() => waiting(rig)).toEqual([["elsewhere", "day", 2]]);
  expect(ran(rig)).toEqual(["long"]);
  const [held] = await rig.tasks.list({ sessionId: other, limit: 1 });
  expect(held?.overBudget).toMatchObject({ scope: "day", unit: "cost", spent: 2, limit: 2, level: "stop" });
  expect(await reportsOf(rig).budget()).toMatchObject({ level: "stop", deciding: { scope: "day", spent: 2 }, session: null });
  barrier.open();
  await rig.ended(long.taskId);
  // Pages that show another session only are told, too.
  await expect.poll(() => told).toEqual([undefined]);
  rig.time.jump(-30 * HOUR);
  rig.time.advance(40_000);
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["long"]);
  rig.time.jump((held?.overBudget?.resetsAt ?? 0) - rig.time.now());
  rig.time.advance(40_000);
  await rig.dispatcher.settle();
  expect(ran(rig)).toEqual(["long", "elsewhere"]);
  await rig.send({ text: "silent" });
  await rig.dispatcher.settle();
  const report = await reportsOf(rig).report(2);
  expect(report.total).toMatchObject({ turns: 3, inputTokens: 18, cost: 2.5, withoutTokens: 1, withoutCost: 1 });
  expect(report.days.map(({ day, turns, cost }) => [day, turns, cost])).toEqual([
    ["2027-01-15", 2, 0.5],
    ["2027-01-14", 1, 2],
  ]);
  expect(report.sessions.map(({ sessionId, turns }) => [sessionId, turns])).toEqual([
    [rig.session, 2],
    [other, 1],
  ]);
});

it("a turn that the daemon did not see end counts what it had reported, once", async () => {
  await using folder = await createTempFolder();
  const barrier = new Barrier();
  const script = () => [...uses(300), { do: "wait" as const, barrier }];
  const rig = await createRig({ script, folder: folder.path, isFresh: true });
  await rig.send({ text: "cut" });
  await barrier.reached;
  await rig.waitFor(({ body }) => body.type === "usage.updated" && body.usage.contextUsed === 300);
  await rig.crash();
  for (const _ of [1, 2]) {
    const after = await createRig({ script, folder: folder.path });
    await recoverTasks(after, after.salvage);
    expect(await readUsage(after.db.read, { sessionId: after.session })).toMatchObject({ turns: 1, inputTokens: 299, outputTokens: 1 });
    await after[Symbol.asyncDispose]();
  }
});
