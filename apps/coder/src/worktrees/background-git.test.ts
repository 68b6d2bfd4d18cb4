import { writeFiles } from "@boocode/testkit/repo-builder";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { Git } from "../platform/git.ts";
import { createWorktreeSetup } from "./worktree-fixture.ts";

const QUEUED = 60;

it("a checkpoint that a turn waits for goes before a queue of work that nobody waits for", async () => {
  await using setup = await createWorktreeSetup();
  const worktree = await setup.worktrees.ensure(setup.sessionId);
  let begun = 0;
  const isBackground = (argv: readonly string[]) => argv[0] === "rev-list";
  const env = { PATH: "/usr/bin:/bin", HOME: setup.home };
  const git = new Git({ env, atOnce: 2, onStart: (argv) => void (begun += isBackground(argv) ? 1 : 0) });
  const worktrees = setup.restart({ git });
  await git.dirs(worktree.path);
  const background = git.inBackground();
  const queue = Array.from({ length: QUEUED }, () => background.read(worktree.path, ["rev-list", "--count", "HEAD"]));
  await writeFiles(worktree.path, { "a.txt": "changed\n" });
  const words = { author: AgentId.parse("qwen"), taskId: TaskId.parse("t"), chatId: ChatId.parse("c"), when: "after" as const };
  const { commit } = await worktrees.checkpoint(worktree, words);
  const begunBefore = begun;
  expect((await Promise.all(queue)).map(({ text }) => text)).toEqual(Array.from({ length: QUEUED }, () => "1"));
  expect(begun).toBe(QUEUED);
  // One at a time beside it; had the checkpoint stood in line, all would have begun.
  expect(begunBefore).toBeLessThan(QUEUED - 20);
  expect(await setup.repository.git("show", `${commit}:a.txt`)).toBe("changed");
});
