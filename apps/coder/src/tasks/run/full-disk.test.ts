import { findTask } from "@boocode/db/stores/chats/task-store";
import type { Database } from "@boocode/db/database";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { PermissionId } from "@boocode/shared/ids";
import type { ScriptStep } from "@boocode/testkit/scripted-backend";
import { expect, it } from "vitest";
import { createRig, type Rig } from "../../../test/task-rig.ts";

/** A store on a disk that takes nothing while `isFull`. */
async function createFull(script: () => readonly ScriptStep[]) {
  const disk = { isFull: false };
  const rig = await createRig({
    script,
    wrapDatabase: (db): Database => ({
      read: db.read,
      write: (durability, run) =>
        disk.isFull ? Promise.reject(new DomainError({ kind: "storage_failed", reason: "The disk is full." })) : db.write(durability, run),
      health: () => db.health(),
      close: () => db.close(),
      [Symbol.asyncDispose]: () => db.close(),
    }),
  });
  return { rig, disk };
}

const untilEver: readonly ScriptStep[] = [{ do: "say", text: "Working" }, { do: "never" }];

const said = (rig: Rig) => rig.waitFor(({ body }) => body.type === "text.delta");

/** Lets time pass, so that what waits for the disk tries again, until something holds. */
async function until(rig: Rig, holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    rig.time.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const stateOf = async (rig: Rig, taskId: string) => (await findTask(rig.db.read, taskId as never))?.state;

it("D7 Stop needs no disk: the agent is stopped at once, and its end is noted when there is room", async () => {
  const { rig, disk } = await createFull(() => untilEver);
  await using _ = rig;
  const { taskId } = await rig.send();
  await said(rig);
  disk.isFull = true;
  expect(await rig.tasks.cancel(taskId)).toMatchObject({ state: "running", stopRequestedAt: expect.any(Number) });
  const conversation = rig.backend.conversations[0]!;
  expect(conversation.cancelCount).toBe(1);
  expect(await stateOf(rig, taskId)).toBe("running");
  disk.isFull = false;
  await until(rig, async () => (await stateOf(rig, taskId)) !== "running");
  await rig.dispatcher.settle();
  const ends = (await rig.events()).filter(({ body }) => body.type === "task.ended");
  expect(ends.map(({ body }) => body)).toMatchObject([{ state: "cancelled", cause: "stopped_by_person" }]);
});

it("D7 a queued prompt that is taken back while the disk is full never runs", async () => {
  const { rig, disk } = await createFull(() => untilEver);
  await using _ = rig;
  const first = await rig.send();
  const second = await rig.send({ chatId: first.chatId });
  await said(rig);
  disk.isFull = true;
  await rig.tasks.cancel(second.taskId);
  await rig.tasks.cancel(first.taskId);
  disk.isFull = false;
  await until(rig, async () => (await stateOf(rig, first.taskId)) === "cancelled" && (await stateOf(rig, second.taskId)) === "cancelled");
  await rig.dispatcher.settle();
  expect(rig.backend.prompts.map(({ taskId }) => taskId)).toEqual([first.taskId]);
});

it("D7 closing a chat stops what runs in it, and keeps it closed when there is room", async () => {
  const { rig, disk } = await createFull(() => untilEver);
  await using _ = rig;
  const { taskId, chatId } = await rig.send();
  await said(rig);
  disk.isFull = true;
  expect(await rig.chats.close(chatId)).toMatchObject({ id: chatId, closedAt: expect.any(Number) });
  expect(rig.backend.conversations[0]!.cancelCount).toBe(1);
  disk.isFull = false;
  const isClosed = async () => (await rig.chats.list(rig.session)).some(({ id, closedAt }) => id === chatId && closedAt !== null);
  await until(rig, async () => (await stateOf(rig, taskId)) === "cancelled" && (await isClosed()));
  await rig.dispatcher.settle();
  expect(rig.backend.conversations[0]!.isClosed).toBe(true);
});

it("D7 archiving a session ends its agents, and is remembered when there is room", async () => {
  const { rig, disk } = await createFull(() => []);
  await using _ = rig;
  await rig.send();
  await rig.dispatcher.settle();
  expect(rig.backend.conversations[0]!.isClosed).toBe(false);
  disk.isFull = true;
  expect(await rig.sessions.archive(rig.session, true)).toMatchObject({ archived: true });
  expect(rig.backend.conversations[0]!.isClosed).toBe(true);
  disk.isFull = false;
  await until(rig, async () => (await rig.sessions.find(rig.session)).archived);
});

it("D7 a question of a turn that is stopped is answered, whatever the disk says", async () => {
  const permissionId = PermissionId.parse("q1");
  const request = { permissionId, callId: null, title: "May I?", options: [{ id: "yes", label: "Yes", kind: "allow_once" as const }] };
  const { rig, disk } = await createFull(() => [{ do: "ask", request }, { do: "never" }]);
  await using _ = rig;
  const { taskId } = await rig.send();
  await rig.waitFor(({ body }) => body.type === "permission.requested");
  disk.isFull = true;
  await rig.tasks.cancel(taskId);
  await until(rig, async () => rig.backend.conversations[0]!.answers.length > 0);
  expect(rig.backend.conversations[0]!.answers[0]).toMatchObject({ optionId: null });
  disk.isFull = false;
  await until(rig, async () => (await stateOf(rig, taskId)) === "cancelled");
});

it("D7 the daemon leaves in time with a full disk, and its agent with it", async () => {
  const { rig, disk } = await createFull(() => untilEver);
  await using _ = rig;
  await rig.send();
  await said(rig);
  disk.isFull = true;
  const closing = rig.dispatcher.close().then(() => true);
  let isClosed = false;
  void closing.then(() => (isClosed = true));
  await until(rig, async () => isClosed);
  expect(rig.backend.conversations[0]!.cancelCount).toBeGreaterThan(0);
  disk.isFull = false;
});
