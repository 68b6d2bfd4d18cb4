import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { createWorktreeSetup } from "../worktree-fixture.ts";

const run = promisify(execFile);
const turn = { author: AgentId.parse("qwen"), taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1"), when: "after" } as const;
/** So deep that no path reaches its end: nobody can open that, whoever they are. */
const MAKE_DEEP = 'i=0; while [ $i -lt 20 ]; do mkdir "$1" && cd -P "$1" || exit 0; i=$((i + 1)); done';

it.each([
  { case: "one git looks", filesAtOnce: 2_000 },
  { case: "two look", filesAtOnce: 0 },
])("a folder that cannot be opened is left out by name, and the rest is held: $case", async ({ filesAtOnce }) => {
  await using setup = await createWorktreeSetup({ "a.txt": "one\n" });
  const worktrees = setup.restart({ limits: { filesAtOnce } });
  const { path } = await worktrees.ensure(setup.sessionId);
  const checkpoint = async () => worktrees.checkpoint((await worktrees.find(setup.sessionId))!, turn);
  // Large worktrees are held another way from the second checkpoint on.
  await writeFile(join(path, "a.txt"), "two\n");
  expect(await checkpoint()).toMatchObject({ leftOut: [] });

  await run("sh", ["-c", MAKE_DEEP, "sh", "d".repeat(240)], { cwd: path });
  try {
    for (const text of ["three\n", "four\n"]) {
      await writeFile(join(path, "a.txt"), text);
      const { commit, leftOut } = await checkpoint();
      expect(leftOut.length).toBeGreaterThan(0);
      for (const name of leftOut) expect(name).toMatch(/^d{240}\/[d/]*\/$/);
      expect(`${await setup.repository.git("show", `${commit}:a.txt`)}\n`).toBe(text);
    }
    expect((await worktrees.leftOut((await worktrees.find(setup.sessionId))!)).names).not.toEqual([]);
  } finally {
    await run("rm", ["-rf", join(path, "d".repeat(240))]);
  }
  expect(await checkpoint()).toMatchObject({ leftOut: [] });
});
