import { readTaskEvents, readTranscriptEvents } from "@boocode/db/stores/chats/chat-event-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import type { Database } from "@boocode/db/database";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { PermissionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildChat, buildTask } from "@boocode/shared/testing/build";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createRig, type RigOptions } from "../../../test/task-rig.ts";
import type { Time } from "../../platform/time.ts";
import { EventRecorder } from "./event-recorder.ts";

const { chat, task } = BUILT_IDS;

async function createRecorder(options: Partial<RigOptions> = {}) {
  const rig = await createRig({ script: () => [], ...options });
  await rig.db.write("full", (tx) => insertChat(tx, buildChat()));
  return { rig, recorder: new EventRecorder(rig, buildTask()) };
}

/** Splits texts into deltas of their parts, in the order given. */
function toDeltas(pieces: readonly { part: string; text: string }[]): AgentEvent[] {
  const lengths = new Map<string, number>();
  return pieces.map(({ part, text }) => {
    const offset = lengths.get(part) ?? 0;
    lengths.set(part, offset + text.length);
    return { type: "text.delta", partId: part, offset, text };
  });
}

/** A store whose writes fail as told, and count. */
function failing(fails: (attempt: number) => Error | null): Pick<RigOptions, "wrapDatabase"> & { writes: string[] } {
  const writes: string[] = [];
  return {
    writes,
    wrapDatabase: (db): Database => ({
      read: db.read,
      write: (durability, run) => {
        writes.push(durability);
        const error = fails(writes.length);
        return error ? Promise.reject(error) : db.write(durability, run);
      },
      health: () => db.health(),
      close: () => db.close(),
      [Symbol.asyncDispose]: () => db.close(),
    }),
  };
}

const diskFull = () => new DomainError({ kind: "storage_failed", reason: "The disk is full." });

it("what comes out is what went in: every text whole, every event once, in order, wherever batches end", async () => {
  const piece = fc.record({ part: fc.constantFrom("a", "b", "c"), text: fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" }) });
  const step = fc.oneof({ weight: 8, arbitrary: piece }, { weight: 1, arbitrary: fc.constant("tool" as const) });
  const pauses = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), pauses, async (steps, waits) => {
      const { rig, recorder } = await createRecorder();
      await using _ = rig;
      const deltas = toDeltas(steps.filter((one) => one !== "tool"));
      const recorded: AgentEvent[] = steps.map((one, index) =>
        one === "tool"
          ? { type: "tool.started", callId: `call-${index}`, name: "read", kind: "read", title: "Read", paths: [], input: null }
          : (deltas.shift() as AgentEvent),
      );
      for (const [index, event] of recorded.entries()) {
        void recorder.record(event);
        for (let turns = waits[index] ?? 0; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
      }
      await recorder.close();
      const stored = await readTaskEvents(rig.db.read, task);
      const { items } = applyChatEvents(emptyTranscript(chat), stored);
      const expected = new Map<string, string>();
      for (const one of steps) if (one !== "tool") expected.set(one.part, (expected.get(one.part) ?? "") + one.text);
      const texts = items.flatMap((item): [string, string][] => (item.kind === "text" ? [[item.partId, item.text]] : []));
      expect(new Map(texts)).toEqual(new Map([...expected].map(([part, text]) => [`${task}/${part}`, text])));
      const calls = stored.flatMap(({ body }) => (body.type === "tool.started" ? [body.callId] : []));
      expect(calls).toEqual(recorded.flatMap((event) => (event.type === "tool.started" ? [`${task}/${event.callId}`] : [])));
      // Order across kinds: leaving out what was merged, the journal is the recording.
      const outline = (events: readonly { type: string }[]) =>
        events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1] || type === "tool.started");
      expect(outline(stored.map(({ body }) => body))).toEqual(outline(recorded));
    }),
    { numRuns: 25 },
  );
});

it("the first event is published at once, and only after its commit", async () => {
  const { rig, recorder } = await createRecorder();
  await using _ = rig;
  void recorder.record({ type: "text.delta", partId: "a", offset: 0, text: "Hi" });
  await rig.waitFor(({ body }) => body.type === "text.delta");
  const { events } = await readTranscriptEvents(rig.db.read, chat, { limit: 10 });
  expect(events).toHaveLength(1);
});

it("a burst is a few commits, and a question is one that survives a power cut", async () => {
  const { writes, wrapDatabase } = failing(() => null);
  const { rig, recorder } = await createRecorder({ ...(wrapDatabase && { wrapDatabase }) });
  await using _ = rig;
  writes.length = 0;
  for (let index = 0; index < 1_000; index++)
    void recorder.record({ type: "text.delta", partId: `p${index % 7}`, offset: Math.floor(index / 7), text: "x" });
  await recorder.flush();
  expect(writes).toEqual(Array.from({ length: 5 }, () => "normal"));
  void recorder.record({
    type: "permission.requested",
    permissionId: PermissionId.parse("perm-1"),
    callId: null,
    title: "May I?",
    options: [],
  });
  await recorder.close();
  expect(writes.at(-1)).toBe("full");
});

it("while many events come they share a commit for longer", async () => {
  const { rig } = await createRecorder();
  await using _ = rig;
  const waits: number[] = [];
  const time: Time = {
    now: () => rig.time.now(),
    elapsedMs: () => rig.time.elapsedMs(),
    after(ms, work) {
      waits.push(ms);
      return rig.time.after(ms, work);
    },
  };
  const recorder = new EventRecorder({ ...rig, time }, buildTask());
  let offset = 0;
  for (const count of [1, 3, 16, 48, 20, 1]) {
    for (let index = 0; index < count; index++) void recorder.record({ type: "text.delta", partId: "a", offset: offset++, text: "x" });
    await recorder.flush();
  }
  expect(waits).toEqual([16, 16, 48, 48, 16, 16]);
  await recorder.close();
});

it("a full disk holds the agent back, loses nothing, and goes on by itself", async () => {
  let isFull = false;
  const { wrapDatabase } = failing(() => (isFull ? diskFull() : null));
  const { rig, recorder } = await createRecorder({ ...(wrapDatabase && { wrapDatabase }) });
  await using _ = rig;
  isFull = true;
  void recorder.record({ type: "text.delta", partId: "a", offset: 0, text: "one " });
  // Until the first attempt has failed.
  await new Promise((resolve) => setImmediate(resolve));
  const room = recorder.record({ type: "text.delta", partId: "a", offset: 4, text: "two" });
  expect(room).toBeInstanceOf(Promise);
  expect(await rig.events()).toEqual([]);
  isFull = false;
  while ((await rig.events()).length === 0) {
    rig.time.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await room;
  await recorder.close();
  const { items } = applyChatEvents(emptyTranscript(chat), await readTaskEvents(rig.db.read, task));
  expect(items).toMatchObject([{ kind: "text", text: "one two" }]);
});

it("an error that will not pass is told, and nothing waits for ever", async () => {
  let isBroken = false;
  const { wrapDatabase } = failing(() => (isBroken ? new Error("constraint failed") : null));
  const { rig, recorder } = await createRecorder({ ...(wrapDatabase && { wrapDatabase }) });
  await using _ = rig;
  isBroken = true;
  void recorder.record({ type: "text.delta", partId: "a", offset: 0, text: "x" });
  await expect(recorder.broken).rejects.toThrow("constraint failed");
  await expect(recorder.close()).rejects.toThrow("constraint failed");
  isBroken = false;
});

it("after its end it hears nothing", async () => {
  const { rig, recorder } = await createRecorder();
  await using _ = rig;
  await recorder.close();
  void recorder.record({ type: "text.delta", partId: "a", offset: 0, text: "late" });
  await recorder.flush();
  expect(await rig.events()).toEqual([]);
});

it("keeps what the end needs: the last usage, the last type, and the files that were changed", async () => {
  const { rig, recorder } = await createRecorder();
  await using _ = rig;
  const usage = { inputTokens: 1, outputTokens: 2, cachedTokens: null, cost: null, contextUsed: null, contextSize: null };
  const started = { type: "tool.started", name: "tool", title: "Tool", input: null } as const;
  void recorder.record({ ...started, callId: "1", kind: "read", paths: ["read.txt"] });
  void recorder.record({ ...started, callId: "2", kind: "edit", paths: ["edited.txt"] });
  void recorder.record({ type: "tool.updated", callId: "2", status: "completed", result: {}, paths: ["edited.txt", "moved.txt"] });
  void recorder.record({ type: "usage.updated", usage });
  await recorder.close();
  expect([recorder.lastUsage, recorder.lastType, recorder.namedPaths]).toEqual([usage, "usage.updated", ["edited.txt", "moved.txt"]]);
});

it("the first words of a part do not wait for company; what follows does", async () => {
  const { rig, recorder } = await createRecorder();
  await using _ = rig;
  const stored = async () => (await readTaskEvents(rig.db.read, task)).map(({ body }) => body.type);
  void recorder.record({ type: "session.updated", agentSessionId: "ses_1", title: null });
  await expect.poll(stored).toHaveLength(1);
  const [first, ...rest] = toDeltas([
    { part: "a", text: "Here " },
    { part: "a", text: "it " },
    { part: "a", text: "is" },
  ]);
  void recorder.record(first!);
  await expect.poll(stored).toHaveLength(2);
  for (const delta of rest) void recorder.record(delta);
  expect(await stored()).toEqual(["session.updated", "text.delta"]);
  await recorder.close();
  expect(await stored()).toEqual(["session.updated", "text.delta", "text.delta"]);
});
