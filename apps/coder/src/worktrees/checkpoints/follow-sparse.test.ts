import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { describe, expect, it } from "vitest";
import { createWorktreeSetup } from "../worktree-fixture.ts";

const turn = { author: AgentId.parse("qwen"), taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1"), when: "after" } as const;

/** A worktree on files in two folders; `only`: the project's checkout has just that one. */
async function createSparse(filesAtOnce: number, only?: string) {
  const setup = await createWorktreeSetup({ "in/a": "a\n", "out/b": "b\n", "out/c": "c\n" });
  if (only !== undefined) await setup.repository.git("sparse-checkout", "set", only);
  const worktrees = setup.restart({ limits: { filesAtOnce } });
  const worktree = await worktrees.ensure(setup.sessionId);
  return Object.assign(setup, {
    write: (files: Record<string, string>) => writeFiles(worktree.path, files),
    remove: (name: string) => rm(join(worktree.path, name), { recursive: true }),
    sparse: (...argv: string[]) => setup.repository.git("-C", worktree.path, "sparse-checkout", ...argv),
    /** What differs from the base in a checkpoint. */
    async changes() {
      const { tree } = await worktrees.checkpoint((await worktrees.find(setup.sessionId))!, turn);
      return (await setup.repository.git("diff-tree", "-r", "--name-status", worktree.baseTree, tree)).split("\n");
    },
  });
}

describe.each([2_000, 0])("a sparse checkout with up to %i files looked at by one git", (filesAtOnce) => {
  it("that has a file all the same has it held", async () => {
    await using setup = await createSparse(filesAtOnce, "in");
    expect(await setup.changes()).toEqual([""]);
    await setup.write({ "out/b": "by hand\n" });
    expect(await setup.changes()).toEqual(["M\tout/b"]);
  });

  it("that is widened has what came back held, and sees it go", async () => {
    await using setup = await createSparse(filesAtOnce, "in");
    await setup.changes();
    await setup.sparse("disable");
    expect(await setup.changes()).toEqual([""]);
    await setup.remove("out");
    expect(await setup.changes()).toEqual(["D\tout/b", "D\tout/c"]);
  });

  it("that is narrowed has deleted nothing, and what lies there still counts", async () => {
    await using setup = await createSparse(filesAtOnce);
    await setup.changes();
    await setup.write({ "out/b": "by hand\n" });
    await setup.sparse("set", "in");
    expect(await setup.changes()).toEqual(["M\tout/b"]);
    await setup.remove("out/b");
    expect(await setup.changes()).toEqual(["D\tout/b"]);
  });
});
