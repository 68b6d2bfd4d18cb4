import { execFileSync } from "node:child_process";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FILE_LIMITS } from "@boocode/shared/files/file-limits";
import { expect, it } from "vitest";
import { setUp } from "./saves-fixture.ts";

const refused = (path: string, because: string, limit: number | null = null) => ({ kind: "file_refused", path, because, limit });

it("a save is the person's change and a checkpoint of theirs, keeps the mode, and can be taken back", async () => {
  await using setup = await setUp({ "run.sh": "echo 1\n", "b.txt": "b\n" });
  const { sessionId, fileSaves } = setup;
  await setup.chmod("run.sh", 0o750);
  await setup.pending.refresh(sessionId);
  const before = await setup.rows();
  const { editId, oid } = await setup.save("run.sh", "echo 1\necho 2\n");
  expect([await setup.text("run.sh"), await setup.mode("run.sh")]).toEqual(["echo 1\necho 2\n", 0o750]);
  expect(oid).toBe(await setup.oid("run.sh"));
  expect(await setup.rows()).toEqual([["run.sh", "modified", [null]]]);
  expect(await setup.writersOf("run.sh")).toEqual(["base", "you"]);
  const { lastCheckpoint } = await setup.find();
  expect(await setup.repository.git("cat-file", "-p", `${lastCheckpoint}:run.sh`)).toBe("echo 1\necho 2");
  expect(await setup.pending.refresh(sessionId)).toBe("unchanged");

  // Saving what is there already writes nothing.
  expect(await setup.save("run.sh", "echo 1\necho 2\n")).toMatchObject({ editId: null, oid });
  await fileSaves.undo({ sessionId, editId: editId! });
  await fileSaves.undo({ sessionId, editId: editId! });
  expect([await setup.text("run.sh"), await setup.mode("run.sh")]).toEqual(["echo 1\n", 0o750]);
  expect(await setup.rows()).toEqual(before);
});

it("a save of an agent's file puts the person first, and its undo brings the authors back", async () => {
  await using setup = await setUp({ "a.txt": "1\n" });
  const { sessionId, fileSaves } = setup;
  await setup.turn("qwen", () => setup.put("a.txt", "1\nqwen\n"));
  const { editId } = await setup.save("a.txt", "1\nqwen\nyou\n");
  expect(await setup.rows()).toEqual([["a.txt", "modified", [null, "qwen"]]]);
  expect(await setup.writersOf("a.txt")).toEqual(["base", "qwen", "you"]);
  await fileSaves.undo({ sessionId, editId: editId! });
  expect(await setup.rows()).toEqual([["a.txt", "modified", ["qwen"]]]);
  expect(await setup.writersOf("a.txt")).toEqual(["base", "qwen"]);
});

it("W10 a change from outside is noticed and never overwritten, whatever became of the file", async () => {
  await using setup = await setUp({ "a.txt": "1\n", "b.txt": "b\n" });
  const { sessionId, fileSaves, faultOf } = setup;
  const baseOid = await setup.oid("a.txt");
  const write = (base: string | null) => faultOf(fileSaves.write({ sessionId, path: "a.txt", text: "mine\n", baseOid: base }));
  await setup.put("a.txt", "theirs\n");
  expect(await write(baseOid)).toEqual({ kind: "file_changed", path: "a.txt", oid: await setup.oid("a.txt") });
  expect(await setup.text("a.txt")).toBe("theirs\n");
  // The person saw the other content, and keeps theirs.
  expect(await write(await setup.oid("a.txt"))).toBeNull();
  await rm(setup.at("a.txt"));
  expect(await write(baseOid)).toEqual({ kind: "file_changed", path: "a.txt", oid: null });
  await setup.put("a.txt", "again\n");
  expect(await write(null)).toMatchObject({ kind: "file_changed" });
  expect(await setup.text("a.txt")).toBe("again\n");
  // What was overwritten knowingly is in the checkpoints all the same.
  const { editId } = await setup.save("a.txt", "mine\n");
  await fileSaves.undo({ sessionId, editId: editId! });
  expect(await setup.text("a.txt")).toBe("again\n");
});

it("W11 the bytes that are saved are the bytes on disk: byte order mark, line ends, no newline at the end, every code point", async () => {
  await using setup = await setUp({ "a.txt": "\uFEFF1\r\n2\r\n" });
  for (const text of ["\uFEFF1\r\n2\r\nthree", "1\r\n2\n3\r4", "", "\u0001\u2028\u{1F600}\n"]) {
    await setup.save("a.txt", text);
    expect(await setup.bytes("a.txt")).toEqual(Buffer.from(text));
  }
});

it("W10 other encodings, large files and halves of characters are refused, and not a byte of them changes", async () => {
  await using setup = await setUp({ "a.txt": "1\n" });
  const { sessionId, fileSaves, faultOf } = setup;
  for (const bytes of [Buffer.from("caf\u00e9\n", "latin1"), Buffer.from("\uFEFFutf-16\n", "utf16le"), Buffer.from([0, 1, 0xff])]) {
    await setup.put("a.txt", bytes);
    expect(await faultOf(setup.save("a.txt", "x"))).toEqual(refused("a.txt", "not_text"));
    expect(await setup.bytes("a.txt")).toEqual(bytes);
  }
  const large = "x".repeat(FILE_LIMITS.textBytes + 1);
  expect(await faultOf(fileSaves.create({ sessionId, path: "l.txt", text: large }))).toMatchObject({ because: "too_large" });
  await setup.put("a.txt", large);
  expect(await faultOf(setup.save("a.txt", "x"))).toEqual(refused("a.txt", "too_large", FILE_LIMITS.textBytes));
  expect(await faultOf(fileSaves.create({ sessionId, path: "h.txt", text: "\ud800" }))).toEqual(refused("h.txt", "not_text"));
  expect(await setup.isThere("h.txt")).toBe(false);
});

it("S7 nothing is written outside the worktree, through links, into git's own files or other repositories, or over what is no file", async () => {
  await using setup = await setUp({ "a.txt": "1\n", "dir/b.txt": "b\n" });
  const { sessionId, fileSaves, faultOf, repository } = setup;
  const outside = join(repository.path, "outside");
  await mkdir(outside);
  await writeFile(join(outside, "secret.txt"), "secret\n");
  await setup.link("out", outside);
  await setup.link("leaf.txt", join(outside, "secret.txt"));
  await setup.link("dangling", join(outside, "new.txt"));
  await setup.link("inside", "dir");
  await setup.folder("nested/.git");
  execFileSync("/usr/bin/mkfifo", [setup.at("pipe")]);
  const of = async (path: string) => {
    const all = [
      () => fileSaves.write({ sessionId, path, text: "x", baseOid: null }),
      () => fileSaves.create({ sessionId, path, text: "x" }),
      () => fileSaves.rename({ sessionId, path: "dir/b.txt", to: path }),
    ];
    const because = new Set<unknown>();
    // Async, because a refusal may come at once.
    for (const each of all) because.add(((await faultOf((async () => each())())) as { because?: string } | null)?.because ?? "none");
    return [...because];
  };
  for (const path of [
    "../a",
    "/etc/passwd",
    "dir/../../a",
    ".git/config",
    "dir/.GIT/x",
    "git~1",
    "a\0b",
    "dir/",
    "./a.txt",
    ".g\u200cit/x",
  ]) {
    expect(await of(path), path).toEqual(["forbidden"]);
  }
  expect(await of("out/new.txt")).toEqual(["link"]);
  expect(await of("inside/new.txt")).toEqual(["link"]);
  expect(await of("leaf.txt")).toEqual(["link", "exists"]);
  expect(await of("dangling")).toEqual(["link", "exists"]);
  expect(await of("nested/new.txt")).toEqual(["other_repository"]);
  expect(await of("a.txt/new.txt")).toEqual(["not_a_folder"]);
  expect(await of("pipe")).toEqual(["not_a_file", "exists"]);
  expect(await of("dir")).toEqual(["not_a_file", "exists"]);
  expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret\n");
  expect(await setup.text("a.txt")).toBe("1\n");

  // A link itself is a thing to rename and delete.
  await fileSaves.rename({ sessionId, path: "leaf.txt", to: "other.txt" });
  const { editId } = await fileSaves.delete({ sessionId, path: "other.txt" });
  await fileSaves.undo({ sessionId, editId: editId! });
  expect(await setup.text("other.txt")).toBe("secret\n");
  expect(await faultOf(fileSaves.delete({ sessionId, path: "inside/b.txt" }))).toEqual(refused("inside/b.txt", "link"));
  expect(await faultOf(fileSaves.delete({ sessionId, path: "nested" }))).toMatchObject({ because: "not_a_file" });
  expect(await faultOf(fileSaves.delete({ sessionId, path: "pipe" }))).toEqual(refused("pipe", "not_a_file"));
  expect(await faultOf(fileSaves.delete({ sessionId, path: "none.txt" }))).toEqual(refused("none.txt", "missing"));
});

it("S7 a folder that becomes a link between the look and the write is never followed", async () => {
  await using setup = await setUp({ "dir/a.txt": "1\n" });
  const { sessionId, repository } = setup;
  const outside = join(repository.path, "outside");
  await mkdir(outside);
  await writeFile(join(outside, "a.txt"), "1\n");
  const swap = async (name: string) => {
    if (name !== "edit.recorded") return;
    await rename(setup.at("dir"), setup.at("moved"));
    await symlink(outside, setup.at("dir"));
  };
  const { fileSaves } = setup.openEdits(swap);
  const writing = fileSaves.write({ sessionId, path: "dir/a.txt", text: "mine\n", baseOid: await setup.oid("dir/a.txt") });
  expect(await setup.faultOf(writing)).toMatchObject({ kind: "moved_on" });
  expect(await readFile(join(outside, "a.txt"), "utf8")).toBe("1\n");
  expect(await setup.text("moved/a.txt")).toBe("1\n");
});

it("files with names that git quotes are made, renamed and deleted with their folders, and come back byte for byte", async () => {
  await using setup = await setUp({ ".gitignore": "*.log\n", "a.txt": "1\n", "dir/b.txt": "b\n", "dir/deep/c.txt": "c\n" });
  const { sessionId, fileSaves, faultOf } = setup;
  const odd = 'neu/“ü” "x"\\\n\t.txt';
  await fileSaves.create({ sessionId, path: odd, text: "odd\n" });
  expect(await setup.rows()).toEqual([[odd, "added", [null]]]);
  expect(await faultOf(fileSaves.create({ sessionId, path: odd, text: "" }))).toEqual(refused(odd, "exists"));
  await fileSaves.rename({ sessionId, path: "a.txt", to: "A.txt" });
  expect([await setup.isThere("a.txt"), await setup.text("A.txt")]).toEqual([false, "1\n"]);

  // What git ignores goes too, and comes back.
  await setup.put("dir/deep/x.log", "log\n");
  await setup.folder("dir/empty");
  expect(await faultOf(fileSaves.rename({ sessionId, path: "dir", to: "dir/in" }))).toEqual(refused("dir/in", "exists"));
  await fileSaves.rename({ sessionId, path: "dir", to: "moved/dir" });
  expect(await setup.isThere("dir")).toBe(false);
  expect(await Promise.all(["moved/dir/b.txt", "moved/dir/deep/x.log"].map(setup.text))).toEqual(["b\n", "log\n"]);
  const { editId } = await fileSaves.delete({ sessionId, path: "moved" });
  expect(await setup.isThere("moved")).toBe(false);
  await fileSaves.undo({ sessionId, editId: editId! });
  expect(await Promise.all(["moved/dir/deep/c.txt", "moved/dir/deep/x.log"].map(setup.text))).toEqual(["c\n", "log\n"]);
  // No checkpoint holds it, so it is nothing to apply.
  expect((await setup.rows()).map(([path]) => path)).not.toContain("moved/dir/deep/x.log");
});

it("what git ignores is saved and can be taken back, and is in no checkpoint", async () => {
  await using setup = await setUp({ ".gitignore": ".env\n" });
  const { sessionId, fileSaves } = setup;
  await fileSaves.create({ sessionId, path: ".env", text: "KEY=1\n" });
  const { editId } = await setup.save(".env", "KEY=2\n");
  expect(await setup.text(".env")).toBe("KEY=2\n");
  expect(await setup.rows()).toEqual([]);
  expect(await setup.pending.refresh(sessionId)).toBe("unchanged");
  expect(await setup.rows()).toEqual([]);
  await fileSaves.undo({ sessionId, editId: editId! });
  expect(await setup.text(".env")).toBe("KEY=1\n");
});

it("a session whose worktree is gone, is archived or was never made refuses, and a folder over the limits is left as it is", async () => {
  await using setup = await setUp({ "a.txt": "1\n" });
  const { sessionId, otherSessionId, fileSaves, faultOf } = setup;
  const create = (id: typeof sessionId) => faultOf(fileSaves.create({ sessionId: id, path: "b.txt", text: "" }));
  expect(await create(otherSessionId)).toMatchObject({ kind: "worktree_not_made" });
  await setup.folder("many");
  for (let at = 0; at <= FILE_LIMITS.movedFiles; at++) await setup.put(`many/${at}`, "");
  const tooMany = refused("many", "too_many", FILE_LIMITS.movedFiles);
  expect(await faultOf(fileSaves.delete({ sessionId, path: "many" }))).toEqual(tooMany);
  expect(await setup.isThere(`many/${FILE_LIMITS.movedFiles}`)).toBe(true);
  await rename(setup.worktree.path, `${setup.worktree.path}-away`);
  expect(await create(sessionId)).toMatchObject({ kind: "worktree_missing" });
});
