import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { systemTime } from "../time.ts";
import { Git } from "./git.ts";

/** A folder with a script named `git`, used as the PATH. */
async function createFakeGit(script: string | null) {
  const folder = await createTempFolder();
  const file = join(folder.path, "git");
  const write = async (text: string) => {
    await writeFile(file, `#!/bin/sh\n${text}\n`);
    await chmod(file, 0o755);
  };
  if (script !== null) await write(script);
  // The PATH has only the script, so it uses shell builtins.
  const env = { PATH: folder.path, HOME: folder.path };
  return { env, write, remove: () => rm(file), [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

it.each([
  { case: "missing", script: null, reason: "Git was not found on the PATH" },
  { case: "too old", script: "echo git version 2.33.9", reason: "Git 2.33.9 is too old: 2.34 or newer is needed" },
  { case: "hanging", script: "while :; do :; done", reason: "Git did not answer within 0.2 s" },
  { case: "deaf to being ended", script: "trap '' TERM; while :; do :; done", reason: "Git did not answer within 0.2 s" },
  { case: "something else", script: "echo 'hello'", reason: "The program called git did not report its version" },
  { case: "broken", script: "echo 'git version 2.50.0'; exit 1", reason: "The program called git did not report its version" },
])("F13 says what is wrong with git: $case", async ({ script, reason }) => {
  await using fake = await createFakeGit(script);
  const git = new Git({ env: fake.env, checkLimitMs: 200 });
  expect(git.health).toEqual({ ok: true, version: null, reason: null });
  expect(await git.check()).toMatchObject({ ok: false, reason });
  const fault = { fault: { kind: "git_unavailable", reason } };
  await expect(git.read("/", ["status"])).rejects.toMatchObject(fault);
  await expect(git.write("/", ["add", "."])).rejects.toMatchObject(fault);
  await expect(git.dirs("/")).rejects.toMatchObject(fault);
  await expect(git.probe("/")).rejects.toMatchObject(fault);
  await expect(git.init("/")).rejects.toMatchObject(fault);
});

it.each(["2.34.1", "2.39.5.windows.1", "3.0.0-rc1"])("F13 takes git %s", async (version) => {
  await using fake = await createFakeGit(`echo git version ${version}`);
  expect(await new Git({ env: fake.env }).check()).toEqual({ ok: true, version, reason: null });
});

it("F13 notices a git that was installed meanwhile, and one that was removed, without asking all the time", async () => {
  await using repository = await createRepository();
  await using fake = await createFakeGit(null);
  const time = { ...systemTime, elapsedMs: () => now };
  let now = 1_000;
  const git = new Git({ env: { PATH: fake.env.PATH, HOME: repository.path }, time });
  const head = () => git.read(repository.path, ["rev-parse", "--abbrev-ref", "HEAD"]).then(({ text }) => text);
  await expect(head()).rejects.toMatchObject({ fault: { kind: "git_unavailable" } });
  await fake.write('PATH=/usr/bin:/bin exec git "$@"');
  await expect(head()).rejects.toMatchObject({ fault: { kind: "git_unavailable" } });
  now += 5_000;
  expect(await head()).toBe("main");
  expect(git.health.ok).toBe(true);
  await fake.remove();
  await expect(head()).rejects.toMatchObject({ fault: { kind: "git_unavailable" } });
  expect(await git.check()).toMatchObject({ ok: false, reason: "Git was not found on the PATH" });
});
