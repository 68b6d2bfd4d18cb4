import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SessionId } from "@boocode/shared/ids";
import { expect, it, onTestFinished } from "vitest";
import { findGitLocks, removeGitLock } from "./git-locks.ts";
import { createWorktreeSetup } from "../worktree-fixture.ts";

/** A session's worktree with locks in its repository, `ageMs` old each. */
async function createLocked(names: readonly string[], ageMs = 120_000) {
  const setup = await createWorktreeSetup();
  onTestFinished(() => setup[Symbol.asyncDispose]());
  const { path } = await setup.worktrees.ensure(setup.sessionId);
  const { gitDir, commonDir } = await setup.git.dirs(path);
  // Whole seconds, so that no rounding tells them apart.
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  const files = names.map((name) => join(name === "index.lock" ? gitDir : commonDir, name));
  for (const file of files) {
    await writeFile(file, "");
    await utimes(file, (now - ageMs) / 1_000, (now - ageMs) / 1_000);
  }
  const deps = { ...setup, time: { now: () => now } };
  const { sessionId } = setup;
  return {
    ...deps,
    files,
    worktreePath: path,
    find: () => findGitLocks(deps, sessionId),
    remove: (file: string, identity: string) => removeGitLock(deps, { sessionId, path: file, identity }),
    kept: (because: string) => ({ fault: expect.objectContaining({ kind: "lock_kept", because }) as unknown }),
  };
}

it("F12 finds locks wherever git puts them, and removes one that a person was shown, once", async () => {
  const locked = await createLocked(["index.lock", "packed-refs.lock", "refs/heads/main.lock"]);
  const locks = await locked.find();
  expect(locks.map(({ path, ageMs, holders }) => ({ path, ageMs, holders }))).toEqual(
    locked.files.map((path) => ({ path, ageMs: 120_000, holders: [] })),
  );
  const [first] = locks;
  const told: string[] = [];
  locked.feed.onWorkspace(({ noun }) => told.push(noun));
  expect(await locked.remove(first!.path, first!.identity)).toEqual({ removed: true });
  await expect(access(first!.path)).rejects.toMatchObject({ code: "ENOENT" });
  expect(told).toEqual(["worktrees"]);
  expect(await locked.remove(first!.path, first!.identity)).toEqual({ removed: false });
  expect((await locked.find()).map(({ path }) => path)).toEqual(locked.files.slice(1));
});

it("F12 W9 keeps a lock that is young, was made anew, or is not one of the repository's", async () => {
  const young = await createLocked(["index.lock"], 59_000);
  const [lock] = await young.find();
  await expect(young.remove(lock!.path, lock!.identity)).rejects.toMatchObject(young.kept("young"));
  await rm(lock!.path);
  await writeFile(lock!.path, "another");
  await expect(young.remove(lock!.path, lock!.identity)).rejects.toMatchObject(young.kept("changed"));
  const elsewhere = join(young.repository.path, "a.txt");
  expect(await young.remove(elsewhere, "1")).toEqual({ removed: false });
  await Promise.all([access(lock!.path), access(elsewhere)]);
  const nobody = { sessionId: SessionId.parse("ses_nobody"), path: lock!.path, identity: "1" };
  await expect(removeGitLock(young, nobody)).rejects.toMatchObject({ fault: { kind: "session_not_found" } });
});

it.each([
  { case: "a living program holds open", argv: ["-c", 'exec 9>>"$1"; echo held; read line'], name: "sh" },
  { case: "a git at work in the worktree may hold", argv: ["-c", "echo held; exec git cat-file --batch"], name: "git" },
])("F12 W9 keeps a lock that $case, and says who it is", async ({ argv, name }) => {
  const locked = await createLocked(["index.lock"]);
  const [file] = locked.files;
  const holder = spawn("/bin/sh", [...argv, "sh", file!], { cwd: locked.worktreePath, stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, "data");
  const held = async () => (await locked.find())[0]!;
  // A shell becomes git a moment after it has spoken.
  while ((await held()).holders?.[0]?.name !== name);
  const lock = await held();
  expect(lock.holders).toEqual([{ pid: holder.pid, name }]);
  await expect(locked.remove(lock.path, lock.identity)).rejects.toMatchObject(locked.kept("held"));
  await access(lock.path);
  holder.stdin.end();
  await once(holder, "exit");
  expect(await locked.remove(lock.path, lock.identity)).toEqual({ removed: true });
});
