import { chmod, cp, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { insertTask } from "@boocode/db/stores/chats/task-store";
import { findLiveWorktree, updateWorktree } from "@boocode/db/stores/worktree-store";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { buildChat, buildTask } from "@boocode/shared/testing/build";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { RepairSource } from "@boocode/shared/worktrees/worktree-inventory";
import { expect, it } from "vitest";
import { repairWorktree } from "./worktree-repair.ts";
import { createWorktreeSetup, type WorktreeSetup } from "../worktree-fixture.ts";

const repair = ({ db, git, worktrees, sessionId }: WorktreeSetup, from: RepairSource) =>
  repairWorktree({ db, git, worktrees, time: { now: () => 1_700_000_000_000 }, installId: "install-1" }, { sessionId, from });

const checkpoint = (setup: WorktreeSetup, worktree: Worktree) =>
  setup.worktrees.checkpoint(worktree, {
    author: AgentId.parse("boocode"),
    taskId: TaskId.parse("t"),
    chatId: ChatId.parse("c"),
    when: "after",
  });

const faultOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error: { fault?: { kind: string } }) => error.fault?.kind ?? String(error),
  );

/** Every file below a folder with its bytes and mode, a link with its target; git's own link left out. */
async function photograph(root: string): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const name of (await readdir(root, { recursive: true })).sort()) {
    const path = join(root, name);
    const found = await lstat(path);
    if (name === ".git" || found.isDirectory()) continue;
    all[name] = found.isSymbolicLink() ? `→ ${await readlink(path)}` : `${found.mode & 0o111} ${(await readFile(path)).toString("base64")}`;
  }
  return all;
}

/** A worktree an agent has worked in: changed, deleted, untracked, executable, link, bytes that filters would change; one commit more. */
async function createWorkedIn() {
  const setup = await createWorktreeSetup({
    ".gitattributes": "*.win eol=crlf\n*.id ident\n",
    ".gitignore": "ignored/\n",
    "a.txt": "one\n",
    "b.win": "one\ntwo\n",
    "c.id": "$Id$\n",
    "gone.txt": "gone\n",
  });
  const { repository } = setup;
  const made = await setup.worktrees.ensure(setup.sessionId);
  await writeFile(join(made.path, "a.txt"), "committed\n");
  await repository.git("-C", made.path, "commit", "--quiet", "--all", "--message", "One more");
  await writeFile(join(made.path, "a.txt"), "changed\r\nno end");
  await writeFile(join(made.path, "b.win"), "lf only\n");
  await rm(join(made.path, "gone.txt"));
  await mkdir(join(made.path, "new", "deep"), { recursive: true });
  await writeFile(join(made.path, "new", "deep", "ünträcked \n.bin"), Buffer.from([0, 255, 13, 10]));
  await writeFile(join(made.path, "new", "run.sh"), "#!/bin/sh\n");
  await chmod(join(made.path, "new", "run.sh"), 0o755);
  await symlink("../a.txt", join(made.path, "new", "link"));
  const { commit } = await checkpoint(setup, made);
  const worktree = (await findLiveWorktree(setup.db.read, setup.sessionId))!;
  return {
    setup,
    worktree,
    commit,
    bytes: await photograph(made.path),
    status: await repository.git("-C", made.path, "status", "--porcelain"),
  };
}

it("F15 makes a deleted worktree again from its last checkpoint, byte for byte, untracked files too", async () => {
  const { setup, worktree, commit, bytes, status } = await createWorkedIn();
  await using _ = setup;
  await rm(worktree.path, { recursive: true });
  const repaired = await repair(setup, "checkpoint");
  expect(repaired).toMatchObject({ id: worktree.id, state: "live", head: worktree.branch, lastCheckpoint: commit });
  expect(await photograph(worktree.path)).toEqual(bytes);
  expect(await setup.repository.git("-C", worktree.path, "status", "--porcelain")).toBe(status);
  expect(await setup.repository.git("worktree", "list", "--porcelain")).toContain(`locked boocode:install-1:${setup.sessionId}`);
  expect(await setup.worktrees.ensure(setup.sessionId)).toEqual(repaired);
  expect(await checkpoint(setup, repaired)).toMatchObject({ commit });
  expect(await repair(setup, "branch")).toEqual(repaired);
});

it("F15 makes it again from its branch; the checkpoint stays on the chain", async () => {
  const { setup, worktree, commit } = await createWorkedIn();
  await using _ = setup;
  const { repository } = setup;
  await rm(worktree.path, { recursive: true });
  const repaired = await repair(setup, "branch");
  expect(await readFile(join(worktree.path, "a.txt"), "utf8")).toBe("committed\n");
  expect(await readFile(join(worktree.path, "b.win"), "utf8")).toBe("one\r\ntwo\r\n");
  expect(await repository.git("-C", worktree.path, "status", "--porcelain")).toBe("");
  expect(await repository.git("rev-parse", `${repaired.lastCheckpoint}^`)).toBe(commit);
  expect(await checkpoint(setup, repaired)).toMatchObject({ commit: repaired.lastCheckpoint });
});

it("W1 moves what lies in its place to the trash, whatever it is, and removes nothing", async () => {
  const { setup, worktree, bytes } = await createWorkedIn();
  await using _ = setup;
  const trash = join(dirname(worktree.path), ".trash");
  const away = `${worktree.path}.away`;
  await rename(worktree.path, away);
  await mkdir(worktree.path);
  await writeFile(join(worktree.path, "precious.txt"), "precious");
  await repair(setup, "checkpoint");
  expect(await photograph(worktree.path)).toEqual(bytes);
  expect(await readFile(join(trash, `${setup.sessionId}-1`, "precious.txt"), "utf8")).toBe("precious");
  expect(await photograph(away)).toEqual(bytes);

  await rm(worktree.path, { recursive: true });
  await symlink(away, worktree.path);
  await repair(setup, "checkpoint");
  expect(await photograph(worktree.path)).toEqual(bytes);
  expect(await readlink(join(trash, `${setup.sessionId}-2`))).toBe(away);
  expect(await photograph(away)).toEqual(bytes);
  expect((await readdir(trash)).filter((name) => name.includes(".git"))).toHaveLength(2);
});

it("F14 makes a deleted branch again where it was, and leaves one that moved where it is", async () => {
  const { setup, worktree, bytes } = await createWorkedIn();
  await using _ = setup;
  const { repository } = setup;
  const tip = await repository.git("rev-parse", worktree.branch);
  await rm(worktree.path, { recursive: true });
  await repository.git("update-ref", "-d", `refs/heads/${worktree.branch}`);
  await repair(setup, "checkpoint");
  expect(await repository.git("rev-parse", worktree.branch)).toBe(tip);
  expect(await photograph(worktree.path)).toEqual(bytes);

  await rm(worktree.path, { recursive: true });
  await repository.git("update-ref", `refs/heads/${worktree.branch}`, worktree.baseCommit);
  await repair(setup, "branch");
  expect(await repository.git("rev-parse", worktree.branch)).toBe(worktree.baseCommit);
  expect(await readFile(join(worktree.path, "a.txt"), "utf8")).toBe("one\n");
});

it("goes on after git has forgotten it, and after a crash in the middle", async () => {
  const { setup, worktree, bytes } = await createWorkedIn();
  await using _ = setup;
  await setup.repository.git("worktree", "remove", "--force", "--force", worktree.path);
  await repair(setup, "checkpoint");
  expect(await photograph(worktree.path)).toEqual(bytes);
  // Made, but not written down: it still counts as another folder.
  await rm(join(worktree.path, "a.txt"));
  await setup.db.write("full", (tx) => updateWorktree(tx, worktree.id, { state: "missing", inode: "1" }));
  await repair(setup, "checkpoint");
  expect(await photograph(worktree.path)).toEqual(bytes);
});

it("takes the folder as it is, where it is a copy of ours, and nothing else", async () => {
  const { setup, worktree } = await createWorkedIn();
  await using _ = setup;
  const away = `${worktree.path}.away`;
  await rename(worktree.path, away);
  expect(await faultOf(repair(setup, "folder"))).toBe("worktree_not_repairable");
  await mkdir(worktree.path);
  expect(await faultOf(repair(setup, "folder"))).toBe("worktree_not_repairable");
  await rm(worktree.path, { recursive: true });
  await cp(away, worktree.path, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(worktree.path, "a.txt"), "newer than any checkpoint\n");
  expect(await faultOf(setup.worktrees.ensure(setup.sessionId))).toBe("worktree_missing");
  const repaired = await repair(setup, "folder");
  expect(await setup.worktrees.ensure(setup.sessionId)).toEqual(repaired);
  expect(await readFile(join(worktree.path, "a.txt"), "utf8")).toBe("newer than any checkpoint\n");
});

it("is refused while a task runs, and where there is nothing to repair yet", async () => {
  await using setup = await createWorktreeSetup();
  expect(await faultOf(repair(setup, "branch"))).toBe("worktree_not_repairable");
  const made = await setup.worktrees.ensure(setup.sessionId);
  expect(await repair(setup, "branch")).toEqual(made);
  await rm(made.path, { recursive: true });
  await setup.db.write("full", async (tx) => {
    await insertChat(tx, buildChat());
    await insertTask(tx, buildTask({ state: "running" }));
  });
  expect(await faultOf(repair(setup, "branch"))).toBe("worktree_busy");
});
