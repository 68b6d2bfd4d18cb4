import { readSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { StagedWrite } from "@boocode/shared/agents/agent-backend";
import { Seq } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { faultOf, lines, textOf, type Turns } from "./restore-fixture.ts";

const YOU = { agent: null, chatId: null, taskId: null };
const put = (path: string, text: string | null): StagedWrite =>
  text === null ? { path, content: null } : { path, content: Buffer.from(text) };

/** Runs a turn of an agent in review mode: what it stages, and what its commands write. */
async function stageIn(setup: Turns, texts: Record<string, string | null>, write: () => Promise<unknown> = async () => {}) {
  const turn = await setup.turn("boocode", write);
  const taskId = await setup.record(turn);
  const writes = Object.entries(texts).map(([path, text]) => put(path, text));
  const { agent, chatId } = turn.task;
  await setup.staged.stage(setup.sessionId, writes, { agent, chatId, taskId });
  return taskId;
}

const stageByHand = (setup: Turns, path: string, text: string) => setup.staged.stage(setup.sessionId, [put(path, text)], YOU);

async function stagedTexts({ staged, sessionId }: Turns) {
  const edits = await staged.list(sessionId);
  const contents = await staged.read(
    sessionId,
    edits.map(({ path }) => path),
    10_000,
  );
  return Object.fromEntries(edits.map(({ path }) => [path, contents.has(path) ? Buffer.from(contents.get(path)!).toString() : null]));
}

describe("restoreTurn of what was staged", () => {
  it("takes back what the turn staged and wrote, keeps what was staged before it, and is undone exactly", async () => {
    await using setup = await createTurns({ "a.txt": lines(), "gone.txt": "gone\n", "run.txt": "run\n" });
    const { restore, sessionId, staged, pending, db } = setup;
    await stageIn(setup, { "a.txt": lines([2, "one"]), "kept.txt": "kept\n" });
    const before = await staged.list(sessionId);
    const taskId = await stageIn(setup, { "a.txt": lines([2, "one"], [30, "two"]), "gone.txt": null, "new.txt": "new\n" }, () =>
      setup.write({ "run.txt": "by a command\n" }),
    );
    const after = await staged.list(sessionId);
    const rows = await pending.list(sessionId);

    const { restoreId, paths } = await restore.restore({ taskId });
    expect(paths.toSorted()).toEqual(["a.txt", "gone.txt", "new.txt", "run.txt"]);
    expect(await textOf(setup, "run.txt")).toBe("run\n");
    expect(await staged.list(sessionId)).toEqual(before.map((edit) => ({ ...edit, updatedAt: expect.any(Number) })));
    expect(await stagedTexts(setup)).toEqual({ "a.txt": lines([2, "one"]), "kept.txt": "kept\n" });
    // A second browser gets the same answer.
    expect(await restore.restore({ taskId })).toMatchObject({ restoreId, paths });

    await restore.undo({ sessionId, restoreId });
    expect(await staged.list(sessionId)).toEqual(after);
    expect(await pending.list(sessionId)).toEqual(rows);
    expect(await textOf(setup, "run.txt")).toBe("by a command\n");
    const events = (await readSessionEvents(db.read, sessionId, Seq.parse(0), 100)).flatMap(({ body }) =>
      body.type === "changes.restored" ? [[body.paths.toSorted(), body.undone]] : [],
    );
    expect(events).toEqual([
      [paths.toSorted(), false],
      [paths.toSorted(), true],
    ]);
  });

  it("brings a line back that stays its author's, also where the turn had staged the same file", async () => {
    await using setup = await createTurns({ "a.txt": lines() });
    const { restore, sessionId, pending, changeDiffs } = setup;
    await setup.write({ "a.txt": lines([2, "by hand"]) });
    await pending.refresh(sessionId);
    const taskId = await stageIn(setup, { "a.txt": lines([2, "command"], [30, "staged"]) }, () =>
      setup.write({ "a.txt": lines([2, "command"]) }),
    );
    await restore.restore({ taskId });
    expect(await textOf(setup, "a.txt")).toBe(lines([2, "by hand"]));
    const [row] = await pending.list(sessionId);
    const { writers, lines: origins } = await changeDiffs.blame(sessionId, row!.id);
    expect([row!.agents, origins.map((by) => (by === "base" ? by : writers[by]!.agent))[2]]).toEqual([[null], null]);
  });

  it("restores a turn that only staged, and refuses once nothing of it is staged", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    const { restore, sessionId, pending, reject } = setup;
    const taskId = await stageIn(setup, { "a.txt": "boocode\n" });
    const { restoreId, paths } = await restore.restore({ taskId });
    expect(paths).toEqual(["a.txt"]);
    expect(await pending.list(sessionId)).toEqual([]);
    await restore.undo({ sessionId, restoreId });
    expect(await stagedTexts(setup)).toEqual({ "a.txt": "boocode\n" });
    await reject.reject({ sessionId, changeIds: (await pending.list(sessionId)).map(({ id }) => id) });
    expect(await faultOf(restore.restore({ taskId }))).toMatchObject({ kind: "turn_not_restorable", taskId });
  });

  it("asks where others have staged over it, merges their work or takes it along, and its undo brings all of it back", async () => {
    await using setup = await createTurns({ "merge.txt": lines(), "same.txt": "base\n", "alone.txt": "base\n" });
    const { restore, sessionId, staged } = setup;
    const taskId = await stageIn(setup, { "merge.txt": lines([2, "turn"]), "same.txt": "turn\n", "alone.txt": "turn\n" });
    await stageByHand(setup, "merge.txt", lines([2, "turn"], [30, "by hand"]));
    await stageByHand(setup, "same.txt", "by hand\n");
    const fault = await faultOf(restore.restore({ taskId }));
    expect(fault).toMatchObject({ kind: "later_work", paths: ["merge.txt", "same.txt"] });
    // The consent is for exactly what was shown.
    await stageByHand(setup, "same.txt", "by hand, and more\n");
    const later = await faultOf(restore.restore({ taskId, consent: fault!.consent }));
    expect(later).toMatchObject({ kind: "later_work" });
    const before = await staged.list(sessionId);
    expect(await restore.restore({ taskId, consent: later!.consent }).then(({ paths }) => paths)).toHaveLength(3);
    expect(await stagedTexts(setup)).toEqual({ "merge.txt": lines([30, "by hand"]) });
    expect((await staged.list(sessionId))[0]!.steps.map(({ agent }) => agent)).toEqual([null]);
    const [edit] = await setup.apply.list(sessionId);
    await restore.undo({ sessionId, restoreId: edit!.id });
    expect(await staged.list(sessionId)).toEqual(before);
  });

  it("leaves everything as it is where something is staged there meanwhile, also when it is undone", async () => {
    await using setup = await createTurns({ "a.txt": "a\n", "b.txt": "b\n" });
    const { restore, sessionId } = setup;
    const taskId = await stageIn(setup, { "a.txt": "turn\n" }, () => setup.write({ "b.txt": "turn\n" }));
    const { restoreId } = await restore.restore({ taskId });
    await stageByHand(setup, "a.txt", "by hand\n");
    expect(await faultOf(restore.restore({ taskId }))).toMatchObject({ kind: "turn_not_restorable" });
    expect(await faultOf(restore.undo({ sessionId, restoreId }))).toEqual({ kind: "moved_on", paths: ["a.txt"] });
    expect(await textOf(setup, "b.txt")).toBe("b\n");
    expect(await stagedTexts(setup)).toEqual({ "a.txt": "by hand\n" });
  });
});
