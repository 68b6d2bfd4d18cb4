import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { Git } from "./git.ts";
import { systemTime, type Time } from "../time.ts";

const env = (home: string) => ({ PATH: "/usr/bin:/bin", HOME: home });

/** A clock whose pauses end at once; the test decides what happens meanwhile. */
function createTime(onPause: (times: number) => Promise<void> = () => Promise.resolve()) {
  const delays: number[] = [];
  const time: Time = {
    ...systemTime,
    after(delayMs, work) {
      delays.push(delayMs);
      void onPause(delays.length).then(work);
      return () => {};
    },
  };
  return { time, delays };
}

it("F12 respects a lock whose owner is dead: five more tries, then its name and age; it stays", async () => {
  await using repository = await createRepository();
  const { time, delays } = createTime();
  const git = new Git({ env: env(repository.path), time: { ...time, now: () => 2_000_000_060_000 } });
  const lock = join(repository.path, ".git", "index.lock");
  await writeFile(lock, "");
  await utimes(lock, 2_000_000_000, 2_000_000_000);
  await repository.write({ "new.txt": "new\n" });
  expect((await git.read(repository.path, ["status", "--porcelain"])).text).toBe("?? new.txt");
  await expect(git.write(repository.path, ["add", "new.txt"])).rejects.toMatchObject({
    fault: { kind: "git_locked", path: lock, ageMs: 60_000 },
  });
  expect(delays).toEqual([20, 40, 80, 160, 320]);
  await access(lock);
});

it("F12 respects a lock that a living process holds, and goes on when it is let go", async () => {
  await using repository = await createRepository();
  const lock = join(repository.path, ".git", "index.lock");
  const holder = spawn("/bin/sh", ["-c", 'exec 9>"$1"; echo held; read line; rm "$1"; echo gone', "sh", lock], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, "data");
  const { time, delays } = createTime(async (times) => {
    if (times !== 3) return;
    holder.stdin.write("go\n");
    await once(holder.stdout, "data");
  });
  const git = new Git({ env: env(repository.path), time });
  await repository.write({ "new.txt": "new\n" });
  await git.write(repository.path, ["add", "new.txt"]);
  expect(delays).toEqual([20, 40, 80]);
  expect(await repository.git("diff", "--cached", "--name-only")).toBe("new.txt");
});

it("F12 lets others write while one waits for the lock of its worktree", async () => {
  await using repository = await createRepository();
  const beside = `${repository.path}-beside`;
  onTestFinished(() => rm(beside, { recursive: true, force: true }));
  await repository.git("worktree", "add", "--quiet", beside);
  const lock = join(repository.path, ".git", "index.lock");
  await writeFile(lock, "");
  await repository.write({ "new.txt": "new\n" });
  await writeFile(join(beside, "other.txt"), "other\n");
  const { time } = createTime(async () => {
    await git.write(beside, ["add", "other.txt"]);
    await rm(lock, { force: true });
  });
  const git = new Git({ env: env(repository.path), time });
  await git.write(repository.path, ["add", "new.txt"]);
  expect(await repository.git("-C", beside, "diff", "--cached", "--name-only")).toBe("other.txt");
});

it("W9 has one writer for all worktrees of a repository: thirty writes at once all succeed", async () => {
  await using repository = await createRepository();
  const beside = `${repository.path}-beside`;
  onTestFinished(() => rm(beside, { recursive: true, force: true }));
  await repository.git("worktree", "add", "--quiet", beside);
  const { time, delays } = createTime();
  const git = new Git({ env: env(repository.path), time });
  const names = Array.from({ length: 30 }, (_, place) => `f${String(place).padStart(2, "0")}.txt`);
  await Promise.all(
    names.map(async (name, place) => {
      const cwd = place % 2 === 0 ? repository.path : beside;
      await writeFile(join(cwd, name), `${name}\n`);
      await (place % 3 === 0 ? git.inBackground() : git).write(cwd, ["add", name]);
      await git.write(cwd, ["update-ref", `refs/test/${name}`, "HEAD"]);
    }),
  );
  expect(delays).toEqual([]);
  const staged = await Promise.all([repository.path, beside].map((cwd) => repository.git("-C", cwd, "diff", "--cached", "--name-only")));
  expect(staged.flatMap((text) => text.split("\n")).sort()).toEqual(names);
  expect((await repository.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/test")).split("\n")).toEqual(names);
});

it.each([
  { case: "moved", then: ["update-ref", "refs/heads/work", "HEAD~1"], found: "HEAD~1" },
  { case: "deleted", then: ["update-ref", "-d", "refs/heads/work"], found: null },
])("F14 a branch that was $case since it was read is left as it is", async ({ then, found }) => {
  await using repository = await createRepository();
  await repository.commit("Second");
  await repository.commit("Third");
  await repository.git("branch", "work");
  const git = new Git({ env: env(repository.path) });
  const seen = (await git.read(repository.path, ["rev-parse", "refs/heads/work"])).text;
  await repository.git(...then);
  const before = await repository.git("for-each-ref");
  const next = await repository.git("rev-parse", "HEAD~2");
  const fault = { kind: "ref_moved", ref: "refs/heads/work", found: found && (await repository.git("rev-parse", found)) };
  await expect(git.write(repository.path, ["update-ref", "refs/heads/work", next, seen])).rejects.toMatchObject({ fault });
  expect(await repository.git("for-each-ref")).toBe(before);
});

it("F14 a branch that someone made meanwhile is not taken over", async () => {
  await using repository = await createRepository();
  const git = new Git({ env: env(repository.path) });
  const head = await repository.git("rev-parse", "HEAD");
  await repository.git("branch", "work");
  const made = git.write(repository.path, ["update-ref", "refs/heads/work", head, "0".repeat(40)]);
  await expect(made).rejects.toMatchObject({ fault: { kind: "ref_moved", ref: "refs/heads/work", found: null } });
});
