import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildSession } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { describeFailure } from "../../tasks/run/describe-failure.ts";
import { createWorktreeSetup, type WorktreeSetup } from "../worktree-fixture.ts";
import { resolveBase } from "./resolve-base.ts";

const DURING = { author: null, taskId: BUILT_IDS.task, chatId: BUILT_IDS.chat, when: "before" } as const;

const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );
const wordsOf = async (work: Promise<unknown>) => describeFailure(await errorOf(work), "internal");

async function addSession({ db }: WorktreeSetup, baseRef: string): Promise<SessionId> {
  const id = SessionId.parse("session-3");
  await db.write("normal", (tx) => insertSession(tx, buildSession({ id, baseRef })));
  return id;
}

it("a session begins at the branch where a tag has the same name", async () => {
  await using setup = await createWorktreeSetup({ "a.txt": "old\n" });
  const { repository } = setup;
  await repository.git("tag", "release");
  await repository.write({ "a.txt": "new\n" });
  const tip = await repository.commit("Moved on");
  await repository.git("branch", "release", tip);
  const worktree = await setup.worktrees.ensure(await addSession(setup, "release"));
  expect(worktree.baseCommit).toBe(tip);
  expect(await readFile(join(worktree.path, "a.txt"), "utf8")).toBe("new\n");
});

it("refs that git cannot read are no missing branch and no lack of commits", async () => {
  await using setup = await createWorktreeSetup();
  const { git, repository } = setup;
  await writeFile(join(repository.path, ".git", "packed-refs"), "no line of git's\n");
  for (const baseRef of [null, "main", "none"]) {
    const fault = { kind: "git_failed", stderrTail: expect.stringContaining("packed-refs") as string };
    await expect(resolveBase(git, repository.path, baseRef, "refs/heads/main")).rejects.toMatchObject({ fault });
  }
  await rm(join(repository.path, ".git", "packed-refs"));
  for (const baseRef of ["none", "a..b", "@{u}", "main:dir", "-x"])
    await expect(resolveBase(git, repository.path, baseRef, null)).rejects.toMatchObject({ fault: { kind: "base_ref_not_found" } });
});

it.each(["a file of its own", "a packed ref"])("a ref refs/boocode that is %s is told in words with what to do", async (kind) => {
  await using setup = await createWorktreeSetup();
  await setup.repository.git("update-ref", "refs/boocode", "HEAD");
  if (kind === "a packed ref") await setup.repository.git("pack-refs", "--all");
  const { cause, evidence } = await wordsOf(setup.worktrees.ensure(setup.sessionId));
  expect(cause).toBe("worktree_failed");
  expect(evidence.message).toContain("A ref called refs/boocode prevents git from creating refs/boocode/checkpoints/");
  // What it says helps.
  await setup.repository.git("update-ref", "refs/boocode-old", "refs/boocode");
  await setup.repository.git("update-ref", "-d", "refs/boocode");
  expect(await setup.worktrees.ensure(setup.sessionId)).toMatchObject({ state: "live" });
});

it("a project or a folder that is gone is told with what to do, before and after its worktree was made", async () => {
  await using setup = await createWorktreeSetup();
  const { repository, worktrees, sessionId, otherSessionId, folder } = setup;
  const worktree = await worktrees.ensure(sessionId);
  await rename(repository.path, join(folder, "moved"));
  for (const work of [
    () => worktrees.ensure(otherSessionId),
    () => worktrees.checkpoint(worktree, DURING),
    () => worktrees.openRaw(worktree, repository.path),
  ])
    expect((await wordsOf(work())).evidence.message).toContain(`The project's repository is no longer at ${repository.path}. Put it back`);
  await rename(join(folder, "moved"), repository.path);
  await rename(worktree.path, `${worktree.path}-moved`);
  const { cause, evidence } = await wordsOf(worktrees.checkpoint(worktree, DURING));
  expect([cause, evidence.message]).toEqual(["worktree_failed", expect.stringContaining("You can recreate it from the session")]);
});
