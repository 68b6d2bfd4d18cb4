import { execFile } from "node:child_process";
import { appendFile, chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createRepository, createTempFolder, type TestRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { Git } from "./git.ts";
import { runProcess } from "../processes/process.ts";

const env = (home: string) => ({ PATH: "/usr/bin:/bin", HOME: home });

/** A repository whose settings name a program in every place that git supports. Each program leaves its name in `fired/`. */
async function createTrap() {
  const repository = await createRepository({ "a.txt": "one\n", "b.bin": "two\n", ".gitattributes": "*.txt filter=evil diff=evil\n" });
  const traps = await createTempFolder();
  const fired = join(traps.path, "fired");
  await mkdir(fired);
  const trap = async (name: string, rest = "") => {
    const file = join(traps.path, name);
    await writeFile(file, `#!/bin/sh\ntouch '${fired}/${name}'\n${rest}`);
    await chmod(file, 0o755);
    return file;
  };
  const set = (key: string, value: string) => repository.git("config", key, value);
  const hooks = join(repository.path, ".git", "hooks");
  await mkdir(hooks, { recursive: true });
  for (const hook of ["post-checkout", "reference-transaction", "post-index-change", "pre-commit"]) {
    await writeFile(join(hooks, hook), `#!/bin/sh\ntouch '${fired}/hook-${hook}'\n`);
    await chmod(join(hooks, hook), 0o755);
  }
  await set("core.fsmonitor", await trap("fsmonitor"));
  await set("filter.evil.clean", await trap("clean", "cat\n"));
  await set("filter.evil.smudge", await trap("smudge", "cat\n"));
  await set("filter.evil.required", "true");
  await set("diff.evil.textconv", await trap("textconv", 'cat "$1"\n'));
  await set("diff.external", await trap("external"));
  await set("core.sshCommand", await trap("ssh"));
  const reset = async () => {
    await rm(fired, { recursive: true });
    await mkdir(fired);
  };
  await reset();
  return {
    repository,
    fired: () => readdir(fired).then((names) => names.sort()),
    reset,
    async [Symbol.asyncDispose]() {
      await repository[Symbol.asyncDispose]();
      await traps[Symbol.asyncDispose]();
    },
  };
}

type Runner = (argv: string[]) => Promise<unknown>;

/** The daemon's git operations, each starting from a changed file. */
async function doEverything(repository: TestRepository, read: Runner, write: Runner, suffix: string) {
  await repository.write({ "a.txt": `changed ${suffix}\n` });
  await read(["status", "--porcelain=v2", "-z"]);
  await read(["diff"]);
  await read(["diff-files", "--raw", "-z"]);
  await read(["ls-files", "-z", "--others", "--exclude-standard"]);
  await write(["add", "--all"]);
  await write(["update-ref", `refs/test/${suffix}`, "HEAD"]);
  await write([
    "worktree",
    "add",
    "--quiet",
    "--no-checkout",
    "-b",
    suffix,
    join(repository.path, "..", `boocode-trap-${suffix}-${process.pid}`),
  ]);
  await write(["reset", "--quiet", "--hard"]);
  await rm(join(repository.path, "..", `boocode-trap-${suffix}-${process.pid}`), { recursive: true });
  await rm(join(repository.path, "a.txt"));
  await write(["checkout", "--", "a.txt"]);
}

it("S9 runs no program that a repository names, where plain git runs them", async () => {
  await using trap = await createTrap();
  const { path } = trap.repository;
  const git = new Git({ env: env(path) });
  await doEverything(
    trap.repository,
    (argv) => git.read(path, argv),
    (argv) => git.write(path, argv),
    "ours",
  );
  expect(await trap.fired()).toEqual([]);

  const plain: Runner = (argv) =>
    runProcess({ file: "git", argv, cwd: path, env: { ...env(path), GIT_PAGER: "cat" }, timeoutMs: 20_000, maxOutputBytes: 1_000_000 });
  await doEverything(trap.repository, plain, plain, "plain");
  expect(await trap.fired()).toEqual([
    "clean",
    "external",
    "fsmonitor",
    "hook-post-checkout",
    "hook-post-index-change",
    "hook-reference-transaction",
    "smudge",
  ]);

  await trap.reset();
  await trap.repository.write({ "a.txt": "again\n" });
  await plain(["-c", "diff.external=", "diff", "--no-ext-diff"]);
  expect(await trap.fired()).toContain("textconv");
});

it("S9 sees a filter that is set between two calls, also through an include and for one worktree", async () => {
  await using repository = await createRepository({ "a.txt": "one\n", ".gitattributes": "*.txt filter=late\n" });
  const git = new Git({ env: env(repository.path) });
  const marker = join(repository.path, "..", `boocode-late-${process.pid}`);
  const add = async (text: string) => {
    await repository.write({ "a.txt": text });
    await git.write(repository.path, ["add", "a.txt"]);
    await expect(readFile(marker)).rejects.toMatchObject({ code: "ENOENT" });
  };
  await add("before\n");
  await repository.git("config", "filter.late.clean", `touch '${marker}'; cat`);
  await add("direct\n");
  await repository.git("config", "--unset", "filter.late.clean");
  await repository.git("config", "include.path", "more");
  await add("empty include\n");
  await writeFile(join(repository.path, ".git", "more"), `[filter "late"]\n  clean = touch '${marker}'\n`);
  await add("through include\n");
  await repository.git("config", "--unset", "include.path");
  await repository.git("config", "extensions.worktreeConfig", "true");
  await add("no include\n");
  await repository.git("config", "--worktree", "filter.late.process", `touch '${marker}'`);
  await add("for the worktree\n");
  expect((await git.probe(repository.path)).disabledFilters).toEqual(["late"]);
});

it("S9 starts nothing if a filter's name is not UTF-8, so that it cannot be disabled", async () => {
  await using repository = await createRepository({ "a.txt": "one\n" });
  const { path } = repository;
  const marker = join(path, "ran");
  await writeFile(join(path, ".gitattributes"), Buffer.from("*.txt filter=\xff\n", "latin1"));
  await appendFile(join(path, ".git", "config"), Buffer.from(`[filter "\xff"]\n\tclean = touch '${marker}'; cat\n`, "latin1"));
  await repository.write({ "a.txt": "two\n" });
  await expect(new Git({ env: env(path) }).write(path, ["add", "a.txt"])).rejects.toMatchObject({ fault: { kind: "git_failed" } });
  await expect(readFile(marker)).rejects.toMatchObject({ code: "ENOENT" });
  // Control: plain git runs the program.
  await repository.git("add", "a.txt");
  expect(await readFile(marker, "utf8")).toBe("");
});

it("S11 keeps git's own variables out and its settings in", async () => {
  await using repository = await createRepository();
  await using other = await createRepository();
  const git = new Git({ env: { ...env(repository.path), GIT_DIR: join(other.path, ".git"), GIT_INDEX_FILE: "/nowhere" } });
  expect(await git.dirs(repository.path)).toEqual({
    gitDir: join(repository.path, ".git"),
    commonDir: join(repository.path, ".git"),
    objectsDir: join(repository.path, ".git", "objects"),
    isBare: false,
    isTopLevel: true,
    objectFormat: "sha1",
  });
});

it("tells failures apart", async () => {
  await using repository = await createRepository({ "big.txt": "x".repeat(100_000) });
  const { path } = repository;
  const git = new Git({ env: env(path) });
  const fault = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error: { fault?: unknown }) => error.fault,
    );
  expect(await fault(git.read(path, ["rev-parse", "--verify", "nothing"]))).toMatchObject({
    kind: "git_failed",
    command: "git rev-parse",
    exitCode: 128,
  });
  expect(await fault(git.read(path, ["cat-file", "blob", "HEAD:big.txt"], { maxOutputBytes: 1_000 }))).toMatchObject({
    kind: "git_output_too_large",
  });
  await promisify(execFile)("mkfifo", [join(path, "nobody-writes")]);
  expect(await fault(git.read(path, ["hash-object", "nobody-writes"], { limitMs: 50 }))).toMatchObject({
    kind: "git_timed_out",
    limitMs: 50,
  });
  expect(await fault(git.read(join(path, "gone"), ["status"]))).toEqual({ kind: "path_not_found", path: join(path, "gone") });
  expect(await fault(new Git({ env: { PATH: "/nowhere" } }).read(path, ["status"]))).toMatchObject({ kind: "git_unavailable" });
});
