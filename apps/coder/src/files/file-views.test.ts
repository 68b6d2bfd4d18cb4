import { execFileSync } from "node:child_process";
import { mkdir, rename, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { replacePendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { FILE_LIMITS } from "@boocode/shared/files/file-limits";
import { SearchInput } from "@boocode/shared/files/file-search";
import { ChangeId } from "@boocode/shared/ids";
import { buildChange } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { createWorktreeSetup } from "../worktrees/worktree-fixture.ts";
import { FileSearch } from "./file-search.ts";
import { FileViews } from "./file-views.ts";

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

async function setUp(files?: Parameters<typeof createWorktreeSetup>[0]) {
  const setup = await createWorktreeSetup(files);
  const { sessionId } = setup;
  const views = new FileViews(setup);
  const { path: root } = await views.open(sessionId);
  const search = new FileSearch(setup);
  return Object.assign(setup, {
    root,
    views,
    put: (path: string, content: string | Uint8Array) => writeFile(join(root, path), content),
    tree: (path = "", from = 0, limit = 100) => views.tree({ sessionId, path, from, limit }),
    read: (path: string, known: string | null = null) => views.read({ sessionId, path, known }),
    find: (query: string, more: object = {}) => search.search(SearchInput.parse({ sessionId, query, ...more })),
    faultOf: (work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: unknown) => (error instanceof DomainError ? error.fault : error),
      ),
  });
}

it("a folder lists its entries with what git ignores and what is pending, folders first, page by page", async () => {
  await using setup = await setUp({ ".gitignore": "out/\n*.log\n!keep.log\n", "b.txt": "b", "A.txt": "a", "src/deep/x.ts": "x" });
  const { root, sessionId, db } = setup;
  await mkdir(join(root, "out"));
  await setup.put("x.log", "");
  await setup.put("keep.log", "");
  await symlink("/etc", join(root, "etc"));
  await mkdir(join(root, "nested/.git"), { recursive: true });
  execFileSync("/usr/bin/mkfifo", [join(root, "pipe")]);
  execFileSync("sh", ["-c", "printf x > $(printf 'n\\344me')"], { cwd: root });
  const rows = ["b.txt", "src/deep/x.ts"].map((path, at) =>
    buildChange({ id: ChangeId.parse(`change-${at}`), sessionId, path, operation: "added" }),
  );
  await db.write("normal", (tx) => replacePendingChanges(tx, sessionId, rows));

  const { entries, total, next } = await setup.tree();
  const words = entries.map(({ name, kind, isIgnored, isNameable, change }) =>
    [name, kind, isIgnored && "ignored", !isNameable && "odd", change].filter(Boolean).join(" "),
  );
  expect(words).toEqual([
    "nested repository",
    "out folder ignored",
    "src folder modified",
    ".gitignore file",
    "A.txt file",
    "b.txt file added",
    "etc link",
    "keep.log file",
    "n\\xE4me file odd",
    "pipe other",
    "x.log file ignored",
  ]);
  expect([total, next]).toEqual([11, null]);
  const second = await setup.tree("", 3, 2);
  expect([second.entries.map(({ name }) => name), second.total, second.next]).toEqual([[".gitignore", "A.txt"], 11, 5]);
  expect((await setup.tree("src/deep")).entries).toMatchObject([{ name: "x.ts", change: "added" }]);
  expect((await setup.tree("src")).entries).toMatchObject([{ name: "deep", change: "modified" }]);
});

it("a file is shown by its content: text that can be saved, text that cannot, images, the beginning of large text, and nothing of the rest", async () => {
  await using setup = await setUp({ "a.txt": "1\r\n" });
  const text = await setup.read("a.txt");
  expect(text).toMatchObject({ kind: "text", text: "1\r\n", bytes: 3, encoding: "utf-8", isExecutable: false });
  const oid = text.kind === "text" ? text.oid : "";
  expect(oid).toBe(await setup.repository.git("-C", setup.root, "hash-object", "--no-filters", "a.txt"));
  expect(await setup.read("a.txt", oid)).toEqual({ kind: "same", oid });
  await setup.put("latin.txt", Buffer.from("caf\u00e9", "latin1"));
  expect(await setup.read("latin.txt")).toMatchObject({ kind: "text", text: "caf\u00e9", encoding: "windows-1252" });
  await setup.put("no-image.txt", PNG);
  expect(await setup.read("no-image.txt")).toMatchObject({ kind: "image", type: "image/png", base64: PNG.toString("base64") });
  await setup.put("image.png", "<svg onload='alert(1)'>");
  expect(await setup.read("image.png")).toMatchObject({ kind: "text" });
  await setup.put("binary", Buffer.from([1, 0, 2]));
  expect(await setup.read("binary")).toEqual({ kind: "binary", bytes: 3 });
  const line = `${"x".repeat(99)}\n`;
  await setup.put("large.txt", line.repeat(FILE_LIMITS.textBytes / 100 + 1));
  const head = await setup.read("large.txt");
  expect(head).toMatchObject({ kind: "head", text: line.repeat(Math.floor(FILE_LIMITS.headBytes / 100)) });
  // It takes no time and no memory to look at.
  await setup.put("sparse", "x\n");
  await truncate(join(setup.root, "sparse"), 1e12);
  expect(await setup.read("sparse")).toEqual({ kind: "binary", bytes: 1e12 });
  await setup.put("name with \u{1F600}\n.txt", "");
  expect(await setup.read("name with \u{1F600}\n.txt")).toMatchObject({ text: "" });
});

it("S7 nothing is read outside the worktree, through links, of git's own files, or of what is no file", async () => {
  await using setup = await setUp({ "a.txt": "1\n", "dir/b.txt": "b\n" });
  const { root, otherSessionId, sessionId, views } = setup;
  await symlink("dir", join(root, "inside"));
  await symlink("/etc", join(root, "out"));
  await symlink("/etc/passwd", join(root, "leaf"));
  execFileSync("/usr/bin/mkfifo", [join(root, "pipe")]);
  const because = async (path: string) => ((await setup.faultOf(setup.read(path))) as { because?: string }).because;
  for (const path of ["../a", "/etc/passwd", ".git", ".GIT/config", "dir/../a.txt", "a\0", "dir//b.txt"]) {
    expect(await because(path).catch((error: unknown) => (error as DomainError).fault), path).toBe("forbidden");
  }
  expect(await because("inside/b.txt")).toBe("link");
  expect(await because("out/passwd")).toBe("forbidden");
  expect(await because("pipe")).toBe("not_a_file");
  expect(await because("dir")).toBe("not_a_file");
  expect(await because("a.txt/b")).toBe("not_a_folder");
  expect(await because("none/b")).toBe("missing");
  expect(await setup.read("leaf")).toEqual({ kind: "link", target: "/etc/passwd" });
  expect(await setup.faultOf(setup.tree("inside"))).toMatchObject({ because: "link" });
  expect(await setup.faultOf(setup.tree("a.txt"))).toMatchObject({ because: "not_a_folder" });
  expect(await setup.faultOf(views.tree({ sessionId: otherSessionId, path: "", from: 0, limit: 1 }))).toMatchObject({
    kind: "worktree_not_made",
  });
  await rename(root, `${root}-away`);
  expect(await setup.faultOf(views.read({ sessionId, path: "a.txt", known: null }))).toMatchObject({ kind: "worktree_missing" });
});

it("a search finds lines of files that git does not ignore, and takes no word of the query for an option", async () => {
  await using setup = await setUp({
    ".gitignore": "out/\n",
    "a.txt": "Foo bar\nfoo.bar\n",
    "b.bin": "foo\0",
    "--open=x": "--open-files-in-pager=touch /tmp/x\n",
  });
  await setup.put("new \n.txt", "a foo\n");
  await mkdir(join(setup.root, "out"));
  await setup.put("out/foo", "foo\n");
  const pathsOf = async (query: string, more: object = {}) =>
    (await setup.find(query, more)).files.map(({ path, lines }) => [path, ...lines.map(({ line, column }) => `${line}:${column}`)]);
  expect(await pathsOf("foo")).toEqual([
    ["a.txt", "1:1", "2:1"],
    ["new \n.txt", "1:3"],
  ]);
  expect(await pathsOf("foo", { isCaseSensitive: true })).toEqual([
    ["a.txt", "2:1"],
    ["new \n.txt", "1:3"],
  ]);
  expect(await pathsOf("foo.bar")).toEqual([["a.txt", "2:1"]]);
  expect(await pathsOf("^foo.bar", { isPattern: true })).toEqual([["a.txt", "1:1", "2:1"]]);
  expect(await pathsOf("ba", { isWholeWord: true })).toEqual([]);
  expect(await pathsOf("--open-files-in-pager=touch /tmp/x")).toEqual([["--open=x", "1:1"]]);
  expect((await setup.find("foo", { limit: 1 })).isCut).toBe(true);
  expect(await setup.faultOf(setup.find("(", { isPattern: true }))).toMatchObject({ kind: "pattern_refused" });
});
