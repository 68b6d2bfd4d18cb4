import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { removeTemporaries, snapshot } from "./edit-cases-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

// The system lets root write everywhere.
if (process.getuid?.() === 0) {
  process.setgid!(65_534);
  process.setuid!(65_534);
}

const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { fault: object }) => error.fault,
  );
const FILES = { "a.txt": "a\n", "b.txt": "b\n", "dir/c.txt": "c\n", "dir/gone.txt": "gone\n" };

/** A session in which an agent has changed four files. */
async function createChanged() {
  const setup = await createTurns(FILES);
  const { repository, worktree, sessionId, pending } = setup;
  await setup.turn("qwen", async () => {
    await setup.write({ "a.txt": "qwen\n", "b.txt": "qwen\n", "dir/c.txt": "qwen\n", "new/d.txt": "new\n" });
    rmSync(join(worktree.path, "dir/gone.txt"));
  });
  const changeIds = (await pending.list(sessionId)).map(({ id }) => id);
  const at = (path: string) => join(repository.path, path);
  return Object.assign(setup, { changeIds, at, look: () => snapshot(repository.path), before: snapshot(repository.path) });
}

/** Applies with a failpoint at which something happens, each time it is passed until the edit is taken back. */
function applyWith(setup: Turns & { changeIds: Awaited<ReturnType<typeof createChanged>>["changeIds"] }, at: string, act: () => void) {
  const { sessionId, changeIds } = setup;
  let isOver = false;
  const failpoint = (name: string) => {
    isOver ||= name === "edit.reverting";
    if (name === at && !isOver) act();
  };
  return setup.openEdits(failpoint).apply.apply({ sessionId, changeIds });
}

const systemError = (code: string) => Object.assign(new Error(code), { code });

it("F9 with a full disk nothing is touched, and nothing is left behind", async () => {
  await using setup = await createChanged();
  for (const full of [1, 2, 3]) {
    let passed = 0;
    const fault = await faultOf(
      applyWith(setup, "edit.temporary", () => {
        if (++passed === full) throw systemError("ENOSPC");
      }),
    );
    expect(fault).toEqual({ kind: "edit_refused", path: expect.any(String), reason: "The disk is full" });
    expect(setup.look()).toEqual(setup.before);
    expect(removeTemporaries(setup.repository.path)).toBe(0);
    expect((await setup.apply.list(setup.sessionId))[0]).toMatchObject({ state: "failed", canUndo: false });
  }
  expect(await setup.pending.list(setup.sessionId)).toHaveLength(setup.changeIds.length);
});

it("F10 where a folder is read-only, for a file that comes or one that goes, nothing is touched", async () => {
  await using setup = await createChanged();
  const { apply, sessionId, changeIds, at } = setup;
  const only = async (path: string) => (await setup.pending.list(sessionId)).filter((row) => row.path === path).map(({ id }) => id);
  chmodSync(at("dir"), 0o555);
  const refused = { kind: "edit_refused", reason: "BooCode may not write there" };
  expect(await faultOf(apply.apply({ sessionId, changeIds }))).toMatchObject(refused);
  expect(await faultOf(apply.apply({ sessionId, changeIds: await only("dir/gone.txt") }))).toMatchObject(refused);
  expect(setup.look()).toEqual(setup.before);
  chmodSync(at("dir"), 0o755);
  await apply.apply({ sessionId, changeIds });
  expect(await setup.pending.list(sessionId)).toEqual([]);
});

it("F26 a file that is edited while others are written takes all back, and keeps the edit", async () => {
  await using setup = await createChanged();
  const edits: [string, () => void][] = [
    ["b.txt", () => appendFileSync(setup.at("b.txt"), "person\n")],
    ["dir/c.txt", () => rmSync(setup.at("dir/c.txt"))],
    ["new/d.txt", () => (mkdirSync(setup.at("new")), writeFileSync(setup.at("new/d.txt"), "person\n"))],
    ["new/d.txt", () => symlinkSync("dir", setup.at("new"))],
  ];
  for (const [path, edit] of edits) {
    // Deleted first, then a.txt is written.
    expect(await faultOf(applyWith(setup, "edit.file.1", edit))).toEqual({ kind: "moved_on", paths: [path] });
    const now = setup.look();
    expect([...setup.before].filter(([name, content]) => name !== path && now.get(name) !== content)).toEqual([]);
    expect(removeTemporaries(setup.repository.path)).toBe(0);
    // A file that the person deleted stays deleted.
    expect(now.get(path) ?? now.get("new") ?? "gone by the person").toMatch(/person|link/);
    await setup.repository.git("checkout", "--quiet", "--", ".");
    rmSync(setup.at("new"), { recursive: true, force: true });
    expect(setup.look()).toEqual(setup.before);
    expect((await setup.apply.list(setup.sessionId))[0]).toMatchObject({ state: "failed" });
  }
});

it("an edit that is taken back and finds a written file edited meanwhile asks the person, and overwrites nothing", async () => {
  await using setup = await createChanged();
  const { apply, sessionId, at } = setup;
  const fault = await faultOf(
    applyWith(setup, "edit.file.1", () => {
      writeFileSync(at("a.txt"), "person over it\n");
      writeFileSync(at("b.txt"), "person\n");
    }),
  );
  expect(fault).toMatchObject({ kind: "edit_needs_attention", paths: ["a.txt"] });
  expect(readFileSync(at("a.txt"), "utf8")).toBe("person over it\n");
  const [edit] = await apply.list(sessionId);
  expect(edit).toMatchObject({ state: "needs_attention", reason: "Other content is at a.txt" });
  // The same paths are not written before the person has decided.
  expect(await faultOf(apply.apply({ sessionId, changeIds: setup.changeIds }))).toMatchObject({ kind: "apply_conflict" });
  const gone = (await setup.pending.list(sessionId)).filter(({ path }) => path === "dir/gone.txt").map(({ id }) => id);
  writeFileSync(at("dir/gone.txt"), "gone\n");
  expect(await faultOf(apply.apply({ sessionId, changeIds: gone }))).toMatchObject({ kind: "edit_needs_attention", editId: edit!.id });
  rmSync(at("dir/gone.txt"));

  expect(await apply.settle({ sessionId, editId: edit!.id, to: "before" })).toEqual({ kept: ["a.txt"] });
  expect(readFileSync(at("dir/gone.txt"), "utf8")).toBe("gone\n");
  expect(readFileSync(at("a.txt"), "utf8")).toBe("person over it\n");
  await setup.repository.git("checkout", "--quiet", "--", "a.txt", "b.txt");
  expect(await faultOf(apply.settle({ sessionId, editId: edit!.id, to: "as_it_is" }))).toMatchObject({ kind: "edit_not_found" });
  await apply.apply({ sessionId, changeIds: setup.changeIds });
  expect(await setup.pending.list(sessionId)).toEqual([]);
});

it("F4 a file edited while the daemon was down is never overwritten: a person decides", async () => {
  await using setup = await createChanged();
  const { apply, sessionId, at } = setup;
  const crashed = Promise.withResolvers<void>();
  const { apply: dying } = setup.openEdits((name) => {
    if (name !== "edit.file.1") return;
    crashed.resolve();
    return new Promise<never>(() => {});
  });
  void dying.apply({ sessionId, changeIds: setup.changeIds });
  await crashed.promise;
  removeTemporaries(setup.repository.path);
  writeFileSync(at("b.txt"), "person\n");
  await setup.openEdits(() => {}).recover();
  const [edit] = await apply.list(sessionId);
  expect(edit).toMatchObject({ state: "needs_attention", reason: "Other content is at b.txt" });
  expect(readFileSync(at("b.txt"), "utf8")).toBe("person\n");
  expect(readFileSync(at("a.txt"), "utf8")).toBe("qwen\n");
  expect(existsSync(at("new/d.txt"))).toBe(false);
  expect(await setup.pending.list(sessionId)).toHaveLength(5);
  // A start that finds it again leaves it alone.
  await setup.openEdits(() => {}).recover();
  expect(await apply.settle({ sessionId, editId: edit!.id, to: "as_it_is" })).toMatchObject({
    kept: expect.arrayContaining(["a.txt", "b.txt"]),
  });
  expect(readFileSync(at("a.txt"), "utf8")).toBe("qwen\n");
  expect((await apply.list(sessionId))[0]).toMatchObject({ state: "failed" });
});

it("F14 a branch switched in the checkout changes what is there, and nothing else", async () => {
  await using setup = await createChanged();
  const { apply, sessionId, changeIds, repository, at } = setup;
  await repository.git("switch", "--quiet", "--create", "other");
  await repository.write({ "a.txt": "other\n", "kept.txt": "kept\n" });
  await repository.commit();
  await repository.write({ "b.txt": "staged\n" });
  await repository.git("add", "b.txt");
  await repository.write({ "b.txt": "b\n" });
  const own = () => ["index", "HEAD", "refs/heads/other", "refs/heads/main"].map((name) => readFileSync(at(`.git/${name}`)));
  const before = own();
  expect(await faultOf(apply.apply({ sessionId, changeIds }))).toMatchObject({ kind: "apply_conflict", paths: ["a.txt"] });
  await apply.apply({
    sessionId,
    changeIds: (await setup.pending.list(sessionId)).filter(({ path }) => path !== "a.txt").map(({ id }) => id),
  });
  expect(own()).toEqual(before);
  expect(readFileSync(at("b.txt"), "utf8")).toBe("qwen\n");
  expect(readFileSync(at("a.txt"), "utf8")).toBe("other\n");
  expect((await setup.pending.list(sessionId)).map(({ path }) => path)).toEqual(["a.txt"]);
});

it("W11 nothing is written through a link, into another repository, or below a name of git's", async () => {
  await using setup = await createTurns({ "a.txt": "a\n", "dir/b.txt": "b\n" });
  const { apply, sessionId, repository, folder } = setup;
  const at = (path: string) => join(repository.path, path);
  await setup.turn("qwen", () =>
    setup.write({ "dir/b.txt": "qwen\n", "linked/new.txt": "new\n", "nested/new.txt": "new\n", "file/new.txt": "new\n" }),
  );
  const outside = join(folder, "outside");
  mkdirSync(outside);
  rmSync(at("dir"), { recursive: true });
  writeFileSync(join(outside, "b.txt"), "b\n");
  symlinkSync(outside, at("dir"));
  symlinkSync(outside, at("linked"));
  mkdirSync(at("nested/.git"), { recursive: true });
  writeFileSync(at("file"), "a file\n");
  const fault = await faultOf(apply.apply({ sessionId, changeIds: (await setup.pending.list(sessionId)).map(({ id }) => id) }));
  expect(fault).toMatchObject({
    kind: "apply_conflict",
    conflicts: [
      { path: "dir/b.txt", because: "link_in_the_way" },
      { path: "file/new.txt", because: "in_the_way" },
      { path: "linked/new.txt", because: "link_in_the_way" },
      { path: "nested/new.txt", because: "in_the_way" },
    ],
  });
  expect([...snapshot(outside)]).toEqual([["b.txt", "file b\n"]]);
});
