import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { createRepository, writeFiles } from "@boocode/testkit/repo-builder";
import { describe, expect, it } from "vitest";
import { createWorktreeSetup } from "../worktree-fixture.ts";

const turn = { author: AgentId.parse("qwen"), taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1"), when: "after" } as const;

/** A worktree with a submodule that was not fetched, and what its checkpoints list; `filesAtOnce` 0: it counts as large. */
async function createSuper(filesAtOnce: number) {
  const library = await createRepository({ "lib.txt": "one\n" });
  const setup = await createWorktreeSetup({ "a.txt": "a\n", ".gitignore": "*.log\n" });
  await setup.repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.path, "vendor");
  await setup.repository.commit("With a submodule");
  const worktrees = setup.restart({ limits: { filesAtOnce } });
  const worktree = await worktrees.ensure(setup.sessionId);
  const hold = async () => {
    setup.started.length = 0;
    const { tree, leftOut } = await worktrees.checkpoint((await worktrees.find(setup.sessionId))!, turn);
    const gits = [...setup.started];
    return { names: (await setup.repository.git("ls-tree", "-r", "--name-only", tree)).split("\n"), leftOut, gits, tree };
  };
  return {
    ...setup,
    library,
    path: worktree.path,
    hold,
    write: (files: Record<string, string>) => writeFiles(worktree.path, files),
    async [Symbol.asyncDispose]() {
      await setup[Symbol.asyncDispose]();
      await library[Symbol.asyncDispose]();
    },
  };
}

/** The submodule is named as not covered: nothing of it is there. */
const UNFETCHED = ["vendor/"];
const OURS = [".gitignore", ".gitmodules", "a.txt"];

describe.each([2_000, 0])("with up to %i files looked at by one git", (filesAtOnce) => {
  it("holds what was written where a submodule was not fetched", async () => {
    await using setup = await createSuper(filesAtOnce);
    await setup.write({ "vendor/build.log": "ignored\n" });
    expect((await setup.hold()).names).toEqual([...OURS, "vendor"]);
    await setup.write({ "vendor/new.txt": "1\n" });
    expect((await setup.hold()).names).toEqual([...OURS, "vendor/new.txt"]);
    await setup.write({ "vendor/new.txt": "2\n" });
    const last = await setup.hold();
    expect(await setup.repository.git("show", `${last.tree}:vendor/new.txt`)).toBe("2");
    expect(last.gits.filter((command) => command === "ls-files")).toHaveLength(filesAtOnce === 0 ? 1 : 0);
  });

  it("holds the files of a repository whose own git directory was taken away", async () => {
    await using setup = await createSuper(filesAtOnce);
    await setup.repository.git("clone", "--quiet", setup.library.path, join(setup.path, "in ner"));
    expect((await setup.hold()).names).toEqual([...OURS, "in ner", "vendor"]);
    await rm(join(setup.path, "in ner", ".git"), { recursive: true });
    for (const isRebuilt of [false, true]) {
      if (isRebuilt) await rm(join(setup.folder, "checkpoints"), { recursive: true });
      const { names, leftOut } = await setup.hold();
      expect([names, leftOut]).toEqual([[...OURS, "in ner/lib.txt", "vendor"], UNFETCHED]);
    }
  });

  it("knows that a file is gone where a repository without commits took its place", async () => {
    await using setup = await createSuper(filesAtOnce);
    await rm(join(setup.path, "a.txt"));
    execFileSync("git", ["init", "--quiet", join(setup.path, "a.txt")]);
    expect((await setup.hold()).names).toEqual([".gitignore", ".gitmodules", "vendor"]);
    expect((await setup.hold()).leftOut).toEqual(["a.txt/", ...UNFETCHED]);
  });
});
