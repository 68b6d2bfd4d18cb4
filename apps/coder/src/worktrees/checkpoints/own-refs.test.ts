import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { createWorktreeSetup } from "../worktree-fixture.ts";
import { repairWorktree } from "../upkeep/worktree-repair.ts";

it("W8 a session's life leaves refs of ours in the person's repository and nothing else: their stash, index and settings stay", async () => {
  await using setup = await createWorktreeSetup();
  const { repository, worktrees, sessionId } = setup;
  await repository.write({ "a.txt": "for later\n" });
  await repository.git("stash", "push", "--quiet");
  await repository.write({ "a.txt": "at work\n", "new.txt": "new\n" });
  await repository.git("add", "new.txt");
  const look = async () => ({
    stash: await repository.git("stash", "list", "--format=%H %gs"),
    status: await repository.git("--no-optional-locks", "status", "--porcelain"),
    head: await repository.git("symbolic-ref", "HEAD"),
    config: await readFile(join(repository.path, ".git", "config"), "utf8"),
    index: await readFile(join(repository.path, ".git", "index"), "latin1"),
  });
  const refs = async () => (await repository.git("for-each-ref", "--format=%(refname) %(objectname)")).split("\n");
  const [before, refsBefore] = [await look(), await refs()];

  const made = await worktrees.ensure(sessionId);
  await writeFile(join(made.path, "a.txt"), "by an agent\n");
  const words = { author: null, taskId: BUILT_IDS.task, chatId: BUILT_IDS.chat, when: "before" } as const;
  await worktrees.checkpoint(made, words);
  await rm(made.path, { recursive: true });
  const repaired = await repairWorktree({ ...setup, time: { now: () => 1 }, installId: "install-1" }, { sessionId, from: "checkpoint" });
  await worktrees.checkpoint(repaired, words);

  expect(await look()).toEqual(before);
  const added = (await refs()).filter((ref) => !refsBefore.includes(ref)).map((ref) => ref.split(" ")[0]);
  expect(added).toEqual([`refs/boocode/checkpoints/${made.id}`, `refs/heads/${made.branch}`]);
  expect(await refs()).toEqual(expect.arrayContaining(refsBefore));
});
