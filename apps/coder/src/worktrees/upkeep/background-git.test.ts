import { writeFiles } from "@boocode/testkit/repo-builder";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { Git } from "../../platform/git/git.ts";
import type { StartProgram } from "../../platform/processes/program.ts";
import { startProgram } from "../../platform/processes/start-program.ts";
import { createWorktreeSetup } from "../worktree-fixture.ts";

const QUEUED = 20;

it("a checkpoint that a turn waits for goes before a queue of work that nobody waits for", async () => {
  await using setup = await createWorktreeSetup();
  const worktree = await setup.worktrees.ensure(setup.sessionId);
  let begun = 0;
  const isBackground = (argv: readonly string[]) => argv[0] === "rev-list";
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const start: StartProgram = async (program, onOutput) => {
    if (isBackground(program.argv)) await held;
    return startProgram(program, onOutput);
  };
  const env = { PATH: "/usr/bin:/bin", HOME: setup.home };
  const git = new Git({ env, start, atOnce: 2, onStart: (argv) => void (begun += isBackground(argv) ? 1 : 0) });
  const worktrees = setup.restart({ git });
  await git.dirs(worktree.path);
  const background = git.inBackground();
  const queue = Array.from({ length: QUEUED }, () => background.read(worktree.path, ["rev-list", "--count", "HEAD"]));
  await writeFiles(worktree.path, { "a.txt": "changed\n" });
  const words = { author: AgentId.parse("qwen"), taskId: TaskId.parse("t"), chatId: ChatId.parse("c"), when: "after" as const };
  // Nothing of the queue comes to its end before this has: had it to stand in line, it would never end.
  const { commit } = await worktrees.checkpoint(worktree, words);
  expect(begun).toBe(1);
  letGo();
  expect((await Promise.all(queue)).map(({ text }) => text)).toEqual(Array.from({ length: QUEUED }, () => "1"));
  expect(begun).toBe(QUEUED);
  expect(await setup.repository.git("show", `${commit}:a.txt`)).toBe("changed");
});
