import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import { ChangeId, EditId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

const only = async ({ pending, sessionId }: Turns): Promise<PendingChange> => (await pending.list(sessionId))[0]!;
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { fault: object }) => error.fault,
  );
const lines = (...changed: [number, string][]) =>
  Array.from({ length: 40 }, (_, at) => `${new Map(changed).get(at) ?? `line ${at}`}\r\n`).join("");

it("applies some hunks of a file, also of a renamed one, and leaves the rest pending", async () => {
  await using setup = await createTurns({ "a.txt": lines() });
  const { apply, sessionId, repository, worktree } = setup;
  const written = lines([2, "two"], [20, "twenty"], [38, "last"]).replace(/\r\n$/, "");
  await setup.turn("qwen", async () => {
    await setup.write({ "b.txt": written });
    await repository.git("-C", worktree.path, "rm", "--quiet", "a.txt");
  });
  const row = await only(setup);
  expect(row).toMatchObject({ path: "b.txt", previousPath: "a.txt" });
  const hunks = (await setup.changeDiffs.diff(sessionId, row.id)).hunks;
  expect(hunks).toHaveLength(3);
  await repository.write({ "a.txt": lines([10, "person"]) });
  await apply.apply({ sessionId, changeIds: [row.id], hunks: [{ changeId: row.id, hunks: [1] }] });
  expect(await readFile(join(repository.path, "b.txt"), "utf8")).toBe(lines([10, "person"], [20, "twenty"]));
  expect(await repository.git("status", "--porcelain")).toBe(" D a.txt\n?? b.txt");

  const rest = await only(setup);
  expect(rest).toMatchObject({ path: "b.txt", operation: "modified", agents: ["qwen"], additions: 3, deletions: 3 });
  await apply.apply({ sessionId, changeIds: [rest.id], hunks: [{ changeId: rest.id, hunks: [0, 1] }] });
  expect(await readFile(join(repository.path, "b.txt"), "utf8")).toBe(written.replace("line 10", "person"));
  expect(await setup.pending.list(sessionId)).toEqual([]);
});

it("refuses hunks that a change does not have, and contents that have changed since they were shown", async () => {
  await using setup = await createTurns({ "a.txt": "a\n" });
  const { apply, sessionId } = setup;
  await setup.turn("qwen", () => setup.write({ "a.txt": "b\n", "bin.dat": Buffer.from([0]) }));
  const rows = await setup.pending.list(sessionId);
  for (const [at, hunk] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const changeId = rows[at]!.id;
    const fault = await faultOf(apply.apply({ sessionId, changeIds: [changeId], hunks: [{ changeId, hunks: [hunk] }] }));
    expect(fault).toMatchObject({ kind: "invalid_input" });
  }
  await setup.turn("qwen", () => setup.write({ "a.txt": "c\n" }));
  const changeIds = [rows[1]!.id, rows[0]!.id];
  expect(await faultOf(apply.apply({ sessionId, changeIds }))).toEqual({ kind: "stale_change", changeId: rows[0]!.id });
  expect(await faultOf(apply.apply({ sessionId, changeIds: [ChangeId.parse("chg_none")] }))).toMatchObject({ kind: "stale_change" });
  expect(await setup.repository.git("status", "--porcelain")).toBe("");
});

it("F25 two browsers that apply the same in the same moment apply it once, and both are told so", async () => {
  await using setup = await createTurns({ "a.txt": lines(), "b.txt": "b\n" });
  const { apply, sessionId, db } = setup;
  for (let round = 0; round < 10; round++) {
    await setup.turn("qwen", () => setup.write({ "a.txt": lines([2, `two ${round}`], [30, `thirty ${round}`]), "b.txt": `${round}\n` }));
    const changeIds = (await setup.pending.list(sessionId)).map(({ id }) => id);
    const hunks = round % 2 === 0 ? [] : [{ changeId: changeIds[0]!, hunks: [1] }];
    const [first, second] = await Promise.all([apply.apply({ sessionId, changeIds, hunks }), apply.apply({ sessionId, changeIds, hunks })]);
    expect(second).toEqual(first);
    expect(await readFile(join(setup.repository.path, "b.txt"), "utf8")).toBe(`${round}\n`);
    // The same changes judged otherwise are not the same.
    expect(await faultOf(apply.apply({ sessionId, changeIds, hunks: [{ changeId: changeIds[0]!, hunks: [0] }] }))).toMatchObject({
      kind: "stale_change",
    });
  }
  expect(await apply.list(sessionId)).toHaveLength(10);
  const facts = (await readSessionEvents(db.read, sessionId, 0, 100)).map(({ body }) => body);
  expect(facts.filter(({ type }) => type === "changes.applied")).toHaveLength(10);
});

it("F25 of an apply and a reject in the same moment exactly one takes effect", async () => {
  await using setup = await createTurns({ "a.txt": "a\n" });
  const { apply, reject, sessionId, repository, worktree } = setup;
  for (let round = 0; round < 6; round++) {
    const text = `${round}\n`;
    await setup.turn("qwen", () => setup.write({ "a.txt": text }));
    const before = await readFile(join(repository.path, "a.txt"), "utf8");
    const changeIds = [(await only(setup)).id];
    const works = [() => apply.apply({ sessionId, changeIds }), () => reject.reject({ sessionId, changeIds })];
    const results = await Promise.allSettled((round % 2 === 0 ? works : works.toReversed()).map((work) => work()));
    const lost = results.find((each) => each.status === "rejected");
    expect(lost?.reason).toMatchObject({ fault: { kind: "stale_change" } });
    const isApplied = (await apply.list(sessionId))[0]!.kind === "apply";
    expect(await readFile(join(repository.path, "a.txt"), "utf8")).toBe(isApplied ? text : before);
    expect(await readFile(join(worktree.path, "a.txt"), "utf8")).toBe(isApplied ? text : before);
    expect(await setup.pending.list(sessionId)).toEqual([]);
  }
});

it("takes an apply back, byte for byte, with the authors of what is pending again; twice is once", async () => {
  await using setup = await createTurns({ "a.txt": "a\n", "b.txt": "b\n", "gone.txt": "gone\n" });
  const { apply, sessionId, repository, worktree } = setup;
  await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n", "new/file.txt": "new\n" }));
  await setup.turn("goose", async () => {
    await setup.write({ "a.txt": "goose\n", "b.txt": "goose\n" });
    await repository.git("-C", worktree.path, "rm", "--quiet", "gone.txt");
  });
  const rows = await setup.pending.list(sessionId);
  await repository.write({ "b.txt": "goose\n" });
  const { applyId, paths } = await apply.apply({ sessionId, changeIds: rows.map(({ id }) => id) });
  expect(await apply.list(sessionId)).toMatchObject([{ id: applyId, kind: "apply", state: "done", paths, pathCount: 4, canUndo: true }]);

  expect(await Promise.all([apply.undo({ sessionId, applyId }), apply.undo({ sessionId, applyId })])).toEqual([{ paths }, { paths }]);
  expect(await setup.pending.list(sessionId)).toEqual(rows);
  expect(await repository.git("status", "--porcelain")).toBe(" M b.txt");
  expect(await apply.list(sessionId)).toMatchObject([
    { kind: "undo_apply", state: "done", undoes: applyId, canUndo: false },
    { id: applyId, state: "undone", canUndo: false },
  ]);
  // It may be applied again, and the person's own edit is kept by the next undo too.
  const again = await apply.apply({ sessionId, changeIds: rows.map(({ id }) => id) });
  expect(again.applyId).not.toBe(applyId);
  await writeFile(join(repository.path, "a.txt"), "person\n");
  expect(await faultOf(apply.undo({ sessionId, applyId: again.applyId }))).toEqual({ kind: "moved_on", paths: ["a.txt"] });
  expect(await readFile(join(repository.path, "a.txt"), "utf8")).toBe("person\n");
  expect(await faultOf(apply.undo({ sessionId, applyId: EditId.parse("edit_none") }))).toMatchObject({ kind: "edit_not_found" });
  expect(await faultOf(apply.undo({ sessionId: setup.otherSessionId, applyId }))).toMatchObject({ kind: "worktree_not_made" });
});

it("takes an apply back beside later ones, and not under them", async () => {
  await using setup = await createTurns({ "a.txt": "a\n", "b.txt": "b\n" });
  const { apply, sessionId, repository } = setup;
  const applyOne = async (path: string, text: string) => {
    await setup.turn("qwen", () => setup.write({ [path]: text }));
    return (await apply.apply({ sessionId, changeIds: [(await only(setup)).id] })).applyId;
  };
  const first = await applyOne("a.txt", "1\n");
  const beside = await applyOne("b.txt", "1\n");
  const over = await applyOne("a.txt", "2\n");
  expect(await faultOf(apply.undo({ sessionId, applyId: first }))).toEqual({ kind: "moved_on", paths: ["a.txt"] });
  await apply.undo({ sessionId, applyId: beside });
  await apply.undo({ sessionId, applyId: over });
  await apply.undo({ sessionId, applyId: first });
  expect(await repository.git("status", "--porcelain")).toBe("");
  expect((await setup.pending.list(sessionId)).map(({ path, agents }) => [path, agents])).toEqual([
    ["a.txt", ["qwen"]],
    ["b.txt", ["qwen"]],
  ]);
});

it("shows the three sides of a conflict, merged with markers", async () => {
  await using setup = await createTurns({ "a.txt": "1\nbase\n3\n" });
  const { apply, sessionId, repository } = setup;
  await setup.turn("qwen", () => setup.write({ "a.txt": "1\nqwen\n3\n", "b.txt": "new\n" }));
  await repository.write({ "a.txt": "1\nperson\n3\n", "b.txt": Buffer.from([0, 1]) });
  const [a, b] = await setup.pending.list(sessionId);
  const text = (content: string) => ({ kind: "text", mode: "100644", text: content });
  expect(await apply.sides(sessionId, a!.id)).toEqual({
    path: "a.txt",
    oursPath: "a.txt",
    base: text("1\nbase\n3\n"),
    theirs: text("1\nqwen\n3\n"),
    ours: text("1\nperson\n3\n"),
    merged: "1\n<<<<<<< your checkout\nperson\n||||||| base\nbase\n=======\nqwen\n>>>>>>> this change\n3\n",
  });
  expect(await apply.sides(sessionId, b!.id)).toMatchObject({
    base: { kind: "absent" },
    ours: { kind: "binary", mode: "100644", bytes: 2 },
    merged: null,
  });
  expect(await readFile(join(repository.path, "a.txt"), "utf8")).toBe("1\nperson\n3\n");
});
