import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { chmod, lstat, mkdir, readFile, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { writeFiles } from "@boocode/testkit/repo-builder";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTreeChanges } from "../../changes/compare/read-tree-changes.ts";
import { BytePath } from "../../platform/git/byte-path.ts";
import { joinNul } from "../../platform/git/git-output.ts";
import { writeRawTree } from "./checkpoint.ts";
import { createWorktreeSetup, type WorktreeSetup } from "../worktree-fixture.ts";

const turn = { author: AgentId.parse("qwen"), taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1"), when: "after" } as const;

/** An independent look at the disk: the tree of everything git would hold, hashed here. */
function hashDisk(setup: WorktreeSetup, worktree: Worktree): string {
  const entries: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(worktree.path, folder), { withFileTypes: true })) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const file = join(worktree.path, name);
      if (entry.name === ".git") continue;
      if (entry.isDirectory()) walk(name);
      else {
        const content = entry.isSymbolicLink() ? readlinkSync(file, "buffer") : readFileSync(file);
        const mode = entry.isSymbolicLink() ? "120000" : (statSync(file).mode & 0o100) === 0 ? "100644" : "100755";
        entries.push(`${mode} ${createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex")}\t${name}\0`);
      }
    }
  };
  walk("");
  const env = { PATH: "/usr/bin:/bin", HOME: setup.home, GIT_INDEX_FILE: join(setup.folder, "oracle-index") };
  rmSync(env.GIT_INDEX_FILE, { force: true });
  const run = (argv: string[], input = "") => spawnSync("git", argv, { cwd: worktree.path, input, encoding: "utf8", env }).stdout.trim();
  run(["update-index", "-z", "--add", "--index-info"], entries.join(""));
  return run(["write-tree", "--missing-ok"]);
}

describe("checkpoint", () => {
  it("is a commit of the agent's on the worktree's ref, with its trailers, and leaves index, HEAD and files alone", async () => {
    await using setup = await createWorktreeSetup();
    const { worktrees, repository } = setup;
    const worktree = await worktrees.ensure(setup.sessionId);
    await writeFiles(worktree.path, { "a.txt": "changed\n", "new.txt": "new\n" });
    const gitDir = await repository.git("-C", worktree.path, "rev-parse", "--absolute-git-dir");
    const look = async () => ({
      index: await readFile(join(gitDir, "index")),
      head: await repository.git("-C", worktree.path, "rev-parse", "HEAD"),
      status: await repository.git("-C", worktree.path, "--no-optional-locks", "status", "--porcelain"),
      mtime: (await lstat(join(worktree.path, "a.txt"), { bigint: true })).mtimeNs,
    });
    const before = await look();
    const first = await worktrees.checkpoint(worktree, turn);
    expect(await look()).toEqual(before);
    expect(await repository.git("log", "-1", "--format=%an <%ae> %cn %at%n%b", first.commit)).toBe(
      "qwen <qwen@boocode.invalid> BooCode 1700000000\nBoocode-Task: task-1\nBoocode-Chat: chat-1",
    );
    expect(await repository.git("rev-parse", `${first.commit}^`, `refs/boocode/checkpoints/${worktree.id}`)).toBe(
      `${worktree.baseCommit}\n${first.commit}`,
    );
    expect(await repository.git("ls-tree", "--name-only", first.tree)).toBe("a.txt\ndir\nnew.txt");
    expect(await worktrees.find(setup.sessionId)).toMatchObject({ lastCheckpoint: first.commit, baseTree: worktree.baseTree });
    expect(await worktrees.checkpoint(worktree, turn)).toEqual(first);

    await repository.git("config", "user.name", "Ada");
    await writeFiles(worktree.path, { "a.txt": "by hand\n" });
    const second = await worktrees.checkpoint(worktree, { ...turn, author: null, when: "before" });
    expect(await repository.git("log", "-1", "--format=%an <%ae> %P", second.commit)).toBe(`Ada <person@example.invalid> ${first.commit}`);
  });

  it("sees files that git was told not to look at, and those that are ignored but added", async () => {
    await using setup = await createWorktreeSetup({ "a.txt": "1\n", "b.txt": "1\n", ".gitignore": "*.log\n" });
    const { worktrees, repository } = setup;
    const worktree = await worktrees.ensure(setup.sessionId);
    const git = (...argv: string[]) => repository.git("-C", worktree.path, ...argv);
    await git("update-index", "--assume-unchanged", "a.txt");
    await git("update-index", "--skip-worktree", "b.txt");
    await writeFiles(worktree.path, { "a.txt": "2\n", "b.txt": "2\n", "kept.log": "kept\n", "ignored.log": "ignored\n" });
    await git("add", "--force", "kept.log");
    const show = async (tree: string, name: string) => repository.git("show", `${tree}:${name}`);
    for (const isRebuilt of [false, true]) {
      if (isRebuilt) await rm(join(setup.folder, "checkpoints"), { recursive: true });
      const { tree } = await worktrees.checkpoint(worktree, turn);
      expect(await repository.git("ls-tree", "--name-only", tree)).toBe(".gitignore\na.txt\nb.txt\nkept.log");
      expect([await show(tree, "a.txt"), await show(tree, "b.txt"), await show(tree, "kept.log")]).toEqual(["2", "2", "kept"]);
    }
  });

  it("keeps bytes whatever the repository converts, and runs none of its programs", async () => {
    await using setup = await createWorktreeSetup({ ".gitattributes": "* text=auto filter=evil\n", "a.txt": "one\n" });
    const { worktrees, repository } = setup;
    const worktree = await worktrees.ensure(setup.sessionId);
    const fired = join(setup.folder, "fired");
    await repository.git("config", "filter.evil.clean", `touch '${fired}'; cat`);
    await repository.git("config", "core.autocrlf", "true");
    await repository.git("config", "core.fsmonitor", `touch '${fired}'`);
    await writeFiles(worktree.path, { "a.txt": "one\r\ntwo\r\n" });
    const { tree } = await worktrees.checkpoint(worktree, turn);
    expect(await repository.git("rev-parse", `${tree}:a.txt`)).toBe(
      await repository.git("hash-object", "--no-filters", join(worktree.path, "a.txt")),
    );
    await expect(lstat(fired)).rejects.toMatchObject({ code: "ENOENT" });
    expect(tree).toBe(hashDisk(setup, worktree));
    await repository.git("-C", worktree.path, "add", "a.txt");
    await lstat(fired);
  });

  it("notes nested repositories by their HEAD, and leaves out what has none", async () => {
    await using setup = await createWorktreeSetup();
    const { worktrees, repository } = setup;
    const worktree = await worktrees.ensure(setup.sessionId);
    const nested = join(worktree.path, "nested");
    await repository.git("init", "--quiet", join(worktree.path, "unborn"));
    await repository.git("clone", "--quiet", repository.path, nested);
    const { tree, leftOut } = await worktrees.checkpoint(worktree, turn);
    expect(leftOut).toEqual(["unborn/"]);
    expect(await repository.git("ls-tree", tree, "nested")).toBe(`160000 commit ${await repository.git("rev-parse", "HEAD")}\tnested`);
    await repository.git("-C", nested, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "--allow-empty", "-m", "more");
    const moved = await worktrees.checkpoint(worktree, turn);
    expect(await repository.git("ls-tree", "--object-only", moved.tree, "nested")).toBe(
      await repository.git("-C", nested, "rev-parse", "HEAD"),
    );
    await rm(nested, { recursive: true });
    expect(await repository.git("ls-tree", "--name-only", (await worktrees.checkpoint(worktree, turn)).tree)).toBe("a.txt\ndir");
  });

  it("leaves out what is too big, too many or no file, and says so", async () => {
    await using setup = await createWorktreeSetup();
    const { worktrees, repository } = setup;
    const worktree = await worktrees.ensure(setup.sessionId);
    await writeFiles(worktree.path, {
      "big.bin": "",
      "dir/b.txt": "",
      "one.txt": "1",
      "two.txt": "2",
      "zed.txt": "3",
      "sub/.GIT/config": "x",
    });
    await truncate(join(worktree.path, "big.bin"), 2_000_000_000);
    await truncate(join(worktree.path, "dir", "b.txt"), 2_000);
    await rm(join(worktree.path, "a.txt"));
    spawnSync("/usr/bin/mkfifo", [join(worktree.path, "a.txt"), join(worktree.path, "pipe")]);
    const raw = await worktrees.openRaw(worktree, repository.path);
    const limits = { maxUntrackedBytes: 1_000, maxUntrackedFiles: 2 };
    const held = await writeRawTree(raw, limits);
    expect(held.leftOut).toEqual(["a.txt", "big.bin", "sub/.GIT/config", "zed.txt"]);
    expect(await repository.git("ls-tree", "-r", "--name-only", held.tree)).toBe("dir/b.txt\none.txt\ntwo.txt");
    expect(await writeRawTree(raw, limits)).toMatchObject({ tree: held.tree });
    await writeFiles(worktree.path, Object.fromEntries(Array.from({ length: 150 }, (_, place) => [`many/${place % 3}/${place}.txt`, ""])));
    expect((await writeRawTree(raw, limits)).leftOut).toEqual(["big.bin", "many/0/", "many/1/", "many/2/", "sub/.GIT/", "zed.txt"]);
  });

  it("goes on after a git that was killed: over its lock, over an index it broke, and over what these stand on", async () => {
    await using setup = await createWorktreeSetup();
    const worktree = await setup.worktrees.ensure(setup.sessionId);
    const overlay = join(setup.folder, "checkpoints", worktree.id);
    for (const [name, text] of [
      ["index.lock", ""],
      ["index", "DIRC, but broken"],
      ["HEAD", `${"1".repeat(40)}\n`],
    ] as const) {
      await writeFiles(worktree.path, { "a.txt": `${name}\n` });
      await writeFile(join(overlay, name), text);
      expect((await setup.worktrees.checkpoint(worktree, turn)).tree).toBe(hashDisk(setup, worktree));
    }
    const shared = readdirSync(overlay).filter((name) => name.startsWith("sharedindex."));
    expect(shared).toHaveLength(1);
    await rm(join(overlay, shared[0]!));
    expect((await setup.worktrees.checkpoint(worktree, turn)).tree).toBe(hashDisk(setup, worktree));
  });

  it("does not take a sparse checkout's absent files for deleted ones", async () => {
    await using setup = await createWorktreeSetup({ "in/a.txt": "a\n", "out/b.txt": "b\n", "top.txt": "t\n" });
    await setup.repository.git("sparse-checkout", "set", "in");
    const worktree = await setup.worktrees.ensure(setup.sessionId);
    await expect(lstat(join(worktree.path, "out"))).rejects.toMatchObject({ code: "ENOENT" });
    for (const isRebuilt of [false, true]) {
      if (isRebuilt) await rm(join(setup.folder, "checkpoints"), { recursive: true });
      expect(await setup.worktrees.checkpoint(worktree, turn)).toMatchObject({ tree: worktree.baseTree, leftOut: [] });
    }
  });

  it("sees an edit that changes neither size nor time", async () => {
    await using setup = await createWorktreeSetup();
    const worktree = await setup.worktrees.ensure(setup.sessionId);
    const file = join(worktree.path, "a.txt");
    const { atime, mtime } = await lstat(file);
    await writeFile(file, "eno\n");
    await utimes(file, atime, mtime);
    expect((await setup.worktrees.checkpoint(worktree, turn)).tree).toBe(hashDisk(setup, worktree));
  });
});

const NAMES = [
  "a",
  "b.txt",
  "dir",
  "dir/c",
  "dir/d e",
  "dir/sub/f",
  'quo"te',
  "new\nline",
  "tab\there",
  "-dash",
  "ünï",
  "back\\slash",
  ":(top)x",
  "*",
];
const step = fc.oneof(
  fc.record({
    do: fc.constant("write" as const),
    name: fc.constantFrom(...NAMES),
    bytes: fc.uint8Array({ maxLength: 40 }),
    mode: fc.constantFrom(0o644, 0o755),
  }),
  fc.record({ do: fc.constant("remove" as const), name: fc.constantFrom(...NAMES) }),
  fc.record({ do: fc.constant("link" as const), name: fc.constantFrom(...NAMES), to: fc.constantFrom("a", "dir", "../out", "nowhere") }),
  fc.record({ do: fc.constant("checkpoint" as const), isInTwo: fc.boolean() }),
  fc.record({ do: fc.constant("stage" as const) }),
);

/** The base with the captured changes put on it, path by path. */
async function applyChanges(setup: WorktreeSetup, worktree: Worktree, tree: string): Promise<string> {
  const { overlay } = await setup.worktrees.openRaw(worktree, setup.repository.path);
  const changes = await readTreeChanges(setup.git, overlay, worktree.baseTree, tree);
  const gone = changes.flatMap(({ kind, path, previousPath }) => (kind === "D" ? [path] : previousPath === null ? [] : [previousPath]));
  const there = changes.filter(({ newMode }) => newMode !== null);
  const own = { overlay: { ...overlay, indexFile: join(setup.folder, "applied-index") } };
  const info = [
    ...gone.map((path) => `0 ${"0".repeat(40)}\t${BytePath.toBytes(path)}`),
    ...there.map(({ newMode, newOid, path }) => `${newMode} ${newOid} 0\t${BytePath.toBytes(path)}`),
  ];
  await setup.git.write(worktree.path, ["read-tree", worktree.baseTree], own);
  await setup.git.write(worktree.path, ["update-index", "-z", "--index-info"], { ...own, stdin: joinNul(info) });
  return (await setup.git.write(worktree.path, ["write-tree"], own)).text;
}

it("W11 holds exactly the bytes on disk after any steps, which are the base with its changes, and never touches index, HEAD or times", async () => {
  await using setup = await createWorktreeSetup({ a: "a", "dir/c": "c\r\n", "dir/d e": "d", "b.txt": "b" });
  const { worktrees, repository } = setup;
  const worktree = await worktrees.ensure(setup.sessionId);
  const inTwo = setup.restart({ limits: { filesAtOnce: 0 } });
  const git = (...argv: string[]) => repository.git("-C", worktree.path, ...argv);
  const index = join(await git("rev-parse", "--absolute-git-dir"), "index");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.boolean(), async (steps, isInTwo) => {
      for (const next of steps) {
        // In two before a turn, at once after it: see the last one below.
        if (next.do === "checkpoint") await (next.isInTwo ? inTwo : worktrees).checkpoint(worktree, { ...turn, when: "before" });
        else if (next.do === "stage") await git("add", "--all");
        else await change(worktree.path, next);
      }
      const look = async () => [await readFile(index), await git("rev-parse", "HEAD"), mtimesIn(worktree.path)];
      const before = await look();
      const { tree, leftOut } = await (isInTwo ? inTwo : worktrees).checkpoint(worktree, turn);
      expect(leftOut).toEqual([]);
      expect(tree).toBe(hashDisk(setup, worktree));
      expect(await applyChanges(setup, worktree, tree)).toBe(tree);
      expect(await look()).toEqual(before);
    }),
    { numRuns: 12 },
  );
});

/** Of every file and folder, in nanoseconds. */
function mtimesIn(root: string): string[] {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" });
  return names.map((name) => `${name} ${lstatSync(join(root, name), { bigint: true }).mtimeNs}`).toSorted();
}

type Change =
  | { do: "write"; name: string; bytes: Uint8Array; mode: number }
  | { do: "remove"; name: string }
  | { do: "link"; name: string; to: string };

/** A parent that is a file or a link makes way; a folder in the way goes. */
async function change(root: string, next: Change): Promise<void> {
  const target = join(root, next.name);
  const parents = next.name.split("/").slice(0, -1);
  for (let depth = 1; depth <= parents.length; depth++) {
    const parent = join(root, ...parents.slice(0, depth));
    const found = await lstat(parent).catch(() => null);
    if (found && !found.isDirectory()) await rm(parent);
    if (next.do !== "remove" && !(await lstat(parent).catch(() => null))) await mkdir(parent);
  }
  await rm(target, { recursive: true, force: true });
  if (next.do === "write") {
    await writeFile(target, next.bytes);
    await chmod(target, next.mode);
  }
  if (next.do === "link") await symlink(next.to, target);
}
