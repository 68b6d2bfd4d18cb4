import { chmod, lstat, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SessionId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

const idsOf = async ({ pending, sessionId }: Turns, session: SessionId = sessionId) => (await pending.list(session)).map(({ id }) => id);
const idOf = async (setup: Turns, path: string) => (await setup.pending.list(setup.sessionId)).find((row) => row.path === path)!.id;
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { fault: object }) => error.fault,
  );

it("writes all kinds of changes to the checkout, byte for byte, and moves the base forward", async () => {
  await using setup = await createTurns({
    "edit.txt": "1\r\n2\r\n3",
    "gone/deep/file.txt": "gone\n",
    "old name.txt": Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join(""),
    "run.sh": "#!/bin/sh\n",
    "file-to-link": "x\n",
    "file-to-folder": "x\n",
    "folder-to-file/a": "a\n",
    "folder-to-file/b/c": "c\n",
    "bin.dat": Buffer.from([0, 1, 2]),
    "keep.txt": "same\n",
  });
  const { repository, worktree, apply, pending, sessionId } = setup;
  const at = (path: string) => join(worktree.path, path);
  await setup.turn("qwen", async () => {
    for (const path of ["gone/deep/file.txt", "file-to-link", "file-to-folder", "folder-to-file"]) await rm(at(path), { recursive: true });
    await setup.write({
      "edit.txt": "\u{feff}1\r\ntwo\r\n3",
      'a "quoted"\tname\nwith break': "x\n",
      "ünï.txt": "",
      "new/deep/folder/file.txt": "new\n",
      "file-to-folder/inside.txt": "inside\n",
      "folder-to-file": "now a file\n",
      "bin.dat": Buffer.from([0, 255, 2, 10]),
    });
    await rename(at("old name.txt"), at("new name.txt"));
    await chmod(at("new name.txt"), 0o755);
    await chmod(at("run.sh"), 0o755);
    await symlink("keep.txt", at("file-to-link"));
    await writeFile(Buffer.from(`${worktree.path}/\xff.txt`, "latin1"), "odd name\n");
  });
  const before = await setup.repository.git("status", "--porcelain");
  expect(before).toBe("");
  const index = await readFile(join(repository.path, ".git/index"));
  const head = await readFile(join(repository.path, ".git/HEAD"));
  const rows = await pending.list(sessionId);

  const { applyId, paths } = await apply.apply({ sessionId, changeIds: rows.map(({ id }) => id) });
  expect(paths).toEqual(rows.map(({ path }) => path));
  expect(applyId).toMatch(/^edit_/);
  expect(await pending.list(sessionId)).toEqual([]);
  expect(await readFile(join(repository.path, ".git/index"))).toEqual(index);
  expect(await readFile(join(repository.path, ".git/HEAD"))).toEqual(head);
  const listed = (folder: string) => repository.git("-C", folder, "ls-files", "-z", "--cached", "--others", "--deleted");
  const here = (path: string) => join(repository.path, path);
  expect(await readFile(here("edit.txt"), "utf8")).toBe("\u{feff}1\r\ntwo\r\n3");
  expect(await lstat(here("gone")).catch((error: NodeJS.ErrnoException) => error.code)).toBe("ENOENT");
  expect(await readlink(here("file-to-link"))).toBe("keep.txt");
  expect((await lstat(here("run.sh"))).mode & 0o111).toBe(0o111);
  expect(await readFile(here("folder-to-file"), "utf8")).toBe("now a file\n");
  expect(await readFile(Buffer.from(`${repository.path}/\xff.txt`, "latin1"), "utf8")).toBe("odd name\n");
  // Git sees the same files in both.
  await repository.git("add", "--all");
  await repository.git("-C", worktree.path, "add", "--all");
  expect(await repository.git("write-tree")).toBe(await repository.git("-C", worktree.path, "write-tree"));
  expect((await listed(repository.path)).split("\0").sort()).toEqual((await listed(worktree.path)).split("\0").sort());
  expect(await repository.git("for-each-ref", "--format=%(refname)", "refs/boocode/edits")).toBe(`refs/boocode/edits/${applyId}`);
});

it("moves the base for one row and leaves the others pending, with their authors", async () => {
  await using setup = await createTurns({ "a.txt": "a\n", "dir/b.txt": "b\n", "c.txt": "c\n" });
  const { apply, pending, sessionId, repository } = setup;
  await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n", "dir/b.txt": "qwen\n" }));
  await setup.turn("goose", () => setup.write({ "a.txt": "goose\n", "c.txt": "goose\n" }));
  const before = await pending.list(sessionId);
  await apply.apply({ sessionId, changeIds: [await idOf(setup, "dir/b.txt")] });
  expect(await pending.list(sessionId)).toEqual(before.filter(({ path }) => path !== "dir/b.txt"));
  expect(await repository.git("status", "--porcelain")).toBe(" M dir/b.txt");
  // What is applied never shows again; what comes later over it does.
  expect(await pending.refresh(sessionId)).toBe("unchanged");
  const { changes } = await setup.turn("pi", () => setup.write({ "dir/b.txt": "pi\n" }));
  expect(changes.map(({ path, agents, additions, deletions }) => [path, agents, additions, deletions])).toEqual([
    ["a.txt", ["goose", "qwen"], 1, 1],
    ["c.txt", ["goose"], 1, 1],
    ["dir/b.txt", ["pi"], 1, 1],
  ]);
});

it("keeps the person's edits elsewhere in a file, and writes nothing of anything where they conflict", async () => {
  const lines = (...changed: [number, string][]) =>
    Array.from({ length: 30 }, (_, at) => `${new Map(changed).get(at) ?? `line ${at}`}\n`).join("");
  await using setup = await createTurns({ "a.txt": lines(), "b.txt": "b\n", "gone.txt": "x\n" });
  const { apply, pending, sessionId, repository, worktree } = setup;
  await setup.turn("qwen", async () => {
    await setup.write({ "a.txt": lines([3, "qwen"]), "b.txt": "qwen\n" });
    await rm(join(worktree.path, "gone.txt"));
  });
  await repository.write({ "a.txt": lines([25, "person"]), "b.txt": "person\n", "gone.txt": "person\n" });
  const fault = await faultOf(apply.apply({ sessionId, changeIds: await idsOf(setup) }));
  expect(fault).toMatchObject({
    kind: "apply_conflict",
    paths: ["gone.txt", "b.txt"],
    conflicts: [
      { changeId: await idOf(setup, "gone.txt"), path: "gone.txt", because: "edited" },
      { changeId: await idOf(setup, "b.txt"), path: "b.txt", because: "edited" },
    ],
  });
  const two = [await idOf(setup, "a.txt"), await idOf(setup, "b.txt")];
  expect(await faultOf(apply.apply({ sessionId, changeIds: two }))).toMatchObject({ kind: "apply_conflict", paths: ["b.txt"] });
  expect(await readFile(join(repository.path, "a.txt"), "utf8")).toBe(lines([25, "person"]));
  expect(await pending.list(sessionId)).toHaveLength(3);

  await apply.apply({ sessionId, changeIds: [two[0]!] });
  expect(await readFile(join(repository.path, "a.txt"), "utf8")).toBe(lines([3, "qwen"], [25, "person"]));
  expect((await pending.list(sessionId)).map(({ path }) => path)).toEqual(["b.txt", "gone.txt"]);
});

it("a binary file that both sides changed is a conflict in words, and nothing is written", async () => {
  await using setup = await createTurns({ "bin.dat": Buffer.from([0, 1, 2]), "b.txt": "b\n" });
  const { apply, sessionId, repository } = setup;
  await setup.turn("qwen", () => setup.write({ "bin.dat": Buffer.from([0, 1, 3]), "b.txt": "qwen\n" }));
  await repository.write({ "bin.dat": Buffer.from([0, 255, 2]) });
  const conflict = { path: "bin.dat", because: "binary" };
  expect(await faultOf(apply.apply({ sessionId, changeIds: await idsOf(setup) }))).toMatchObject({
    kind: "apply_conflict",
    conflicts: [conflict],
  });
  expect(await repository.git("status", "--porcelain")).toBe(" M bin.dat");
});

it("starts no git to apply everything, and one to apply a part, however many files there are", async () => {
  const names = Array.from({ length: 20 }, (_, at) => `dir${at % 3}/${at}.txt`);
  const of = (text: string) => Object.fromEntries(names.map((name) => [name, `${name} ${text}\n`]));
  await using setup = await createTurns(of("base"));
  const { apply, sessionId, started } = setup;
  const applyNext = async (text: string, count: number) => {
    await setup.turn("qwen", () => setup.write(of(text)));
    const changeIds = (await idsOf(setup)).slice(0, count);
    started.length = 0;
    await apply.apply({ sessionId, changeIds });
    return [...started];
  };
  // The first edit makes the folder of the refs.
  expect(await applyNext("one", 20)).toEqual(["update-ref"]);
  expect(await applyNext("two", 20)).toEqual([]);
  // The base that an edit leaves is read without a git.
  expect(await applyNext("three", 10)).toEqual(["diff-tree"]);
});
