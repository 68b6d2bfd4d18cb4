import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { expect, it } from "vitest";
import { createTurns } from "../../changes/turns-fixture.ts";
import { repairWorktree } from "./worktree-repair.ts";

type Setup = Awaited<ReturnType<typeof createTurns>>;

const turn = { author: AgentId.parse("qwen"), taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1"), when: "after" } as const;
const SOURCES = ["branch", "checkpoint", "folder"] as const;

const find = async (setup: Setup) => (await setup.worktrees.find(setup.sessionId)) as Worktree;
const gitDirOf = async (setup: Setup) => (await setup.git.dirs(setup.worktree.path)).gitDir;
const git = (setup: Setup, ...argv: string[]) => setup.repository.git("-C", setup.worktree.path, ...argv);
const repair = (setup: Setup, from: (typeof SOURCES)[number]) =>
  repairWorktree({ ...setup, installId: "install-1", time: { now: () => 0 } }, { sessionId: setup.sessionId, from });

const DAMAGES: Record<string, (setup: Setup) => Promise<unknown>> = {
  "a cut index": async (setup) => writeFile(join(await gitDirOf(setup), "index"), ""),
  "a garbled index": async (setup) => writeFile(join(await gitDirOf(setup), "index"), "DIRC and so on, and on, and on, and on"),
  "an own index that is cut": async (setup) => writeFile(join(setup.folder, "checkpoints", setup.worktree.id, "index"), "DIRC"),
  "deleted refs": async ({ repository }) => rm(join(repository.path, ".git", "refs", "boocode"), { recursive: true }),
  "a garbled ref": async ({ repository, worktree }) =>
    writeFile(join(repository.path, ".git", "refs", "boocode", "checkpoints", worktree.id), "nonsense\n"),
  "pruned objects": prune,
  "pruned objects and a cut index": async (setup) => {
    await prune(setup);
    await writeFile(join(await gitDirOf(setup), "index"), "");
  },
};

async function prune({ repository, worktree }: Setup): Promise<void> {
  await repository.git("update-ref", "-d", `refs/boocode/checkpoints/${worktree.id}`);
  await repository.git("gc", "--quiet", "--prune=now");
}

/** A session with a turn behind it, and work on disk that no commit has. */
async function createDamaged(damage: string): Promise<Setup> {
  const setup = await createTurns({ "a.txt": "one\n", "dir/b.txt": "two\n" });
  await setup.turn("qwen", () => setup.write({ "a.txt": "changed\n", "new.txt": "new\n" }));
  await setup.turn("qwen", () => setup.write({ "other.txt": "other\n" }));
  await DAMAGES[damage]!(setup);
  return setup;
}

async function expectWhole(setup: Setup): Promise<void> {
  const { tree, commit } = await setup.worktrees.checkpoint(await find(setup), turn);
  expect(await git(setup, "rev-parse", `refs/boocode/checkpoints/${setup.worktree.id}`)).toBe(commit);
  expect((await git(setup, "ls-tree", "-r", "--name-only", tree)).split("\n")).toEqual(["a.txt", "dir/b.txt", "new.txt", "other.txt"]);
  expect(await git(setup, "show", `${tree}:a.txt`)).toBe("changed");
  await git(setup, "rev-list", "--objects", "--quiet", commit);
}

it.each(Object.keys(DAMAGES))("a turn goes on after %s, and its changes are told", async (damage) => {
  await using setup = await createDamaged(damage);
  const { paths } = await setup.turn("qwen", () => setup.write({ "dir/b.txt": "three\n" }));
  expect(paths).toEqual(["dir/b.txt"]);
  await setup.write({ "dir/b.txt": "two\n" });
  await expectWhole(setup);
  expect((await setup.pending.list(setup.sessionId)).map(({ path }) => path)).toEqual(["a.txt", "dir/b.txt", "new.txt", "other.txt"]);
});

const REPAIRS = [
  ...Object.keys(DAMAGES).map((damage, place) => ({ damage, from: SOURCES[place % SOURCES.length]! })),
  ...SOURCES.slice(1).map((from) => ({ damage: "pruned objects and a cut index", from })),
];

it.each(REPAIRS)("after $damage a repair from the $from has repaired before it says so", async ({ damage, from }) => {
  await using setup = await createDamaged(damage);
  const repaired = await repair(setup, from);
  expect(repaired).toMatchObject({
    state: "live",
    lastCheckpoint: await git(setup, "rev-parse", `refs/boocode/checkpoints/${setup.worktree.id}`),
  });
  expect((await git(setup, "status", "--porcelain")).split("\n").toSorted()).toEqual([" M a.txt", "?? new.txt", "?? other.txt"]);
  await expectWhole(setup);
});

it("an index that git cannot read goes to the trash", async () => {
  await using setup = await createDamaged("a garbled index");
  await repair(setup, "branch");
  expect(await readFile(join(setup.folder, "worktrees", ".trash", "index-1"), "latin1")).toContain("DIRC and so on");
});

it("a worktree whose folder and checkpoints are gone is not said to be restored from them, and is made again from its branch", async () => {
  await using setup = await createDamaged("pruned objects");
  await rm(setup.worktree.path, { recursive: true });
  await expect(repair(setup, "checkpoint")).rejects.toMatchObject({ fault: { kind: "worktree_not_repairable" } });
  expect(await repair(setup, "branch")).toMatchObject({ state: "live" });
  expect(await readFile(join(setup.worktree.path, "a.txt"), "utf8")).toBe("one\n");
});
