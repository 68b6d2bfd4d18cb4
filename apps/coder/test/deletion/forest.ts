import { execFileSync } from "node:child_process";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { listTrash } from "@boocode/db/stores/sessions/trash-store";
import { updateWorktree } from "@boocode/db/stores/worktree-store";
import { SessionId } from "@boocode/shared/ids";
import { buildSession } from "@boocode/shared/testing/build";
import { SWEEP_GRACE_MS } from "@boocode/shared/worktrees/decide-sweep";
import { ManualTime } from "../manual-time.ts";
import { silentLogger } from "../../src/platform/logger.ts";
import { systemTime } from "../../src/platform/time.ts";
import { describeFolder, describeGit } from "../../src/worktrees/removal/trash-fixture.ts";
import { gatherRisk } from "../../src/worktrees/removal/gather-risk.ts";
import { WorktreeTrash } from "../../src/worktrees/removal/worktree-trash.ts";
import { createWorktreeSetup } from "../../src/worktrees/worktree-fixture.ts";
import { type OrphanRemoval, removeOrphan } from "../../src/worktrees/sweep/remove-orphan.ts";
import { WorktreeSweep } from "../../src/worktrees/sweep/worktree-sweep.ts";

/** What may lie in the worktrees' folder. Only the first two may be moved. */
export const KINDS = [
  "orphan",
  "unknown_orphan",
  "orphan_with_work",
  "orphan_with_a_commit",
  "owned",
  "of_another_installation",
  "of_the_person",
  "clone",
  "plain_folder",
  "file",
  "link_to_the_persons",
  "elsewhere",
  "pipe_as_git",
  "moved_here",
  "false_link",
] as const;
export type Kind = (typeof KINDS)[number];

/** A project, a worktrees' folder with whatever is put into it, and the sweep, with time in the test's hands. */
export async function createForest() {
  const setup = await createWorktreeSetup();
  const { db, git, locks, folder, repository, worktrees } = setup;
  const worktreesDir = join(folder, "worktrees");
  const outside = join(folder, "outside");
  await mkdir(worktreesDir, { recursive: true });
  await mkdir(outside);
  const time = new ManualTime();
  const trouble = { at: "" };
  const failpoint = (name: string) => {
    if (name === trouble.at) throw new Error(`On purpose at ${name}`);
  };
  const trash = new WorktreeTrash({ git, failpoint });
  const remover = { db, git, locks, time, worktrees, trash, installId: "install-1", failpoint };
  const looking = { db, git, time: systemTime, listProcesses: async () => [] };
  const cleanUp: OrphanRemoval["cleanUp"] = (id, request) =>
    removeOrphan({ ...remover, gatherRisk: (subject) => gatherRisk(looking, subject) }, id, request);
  /** What the sweep waits for. Passes are the test's: none begins by itself. */
  let timer = { delayMs: 0, work: () => {} };
  let set = Promise.withResolvers<void>();
  const after = (delayMs: number, work: () => void) => {
    timer = { delayMs, work };
    set.resolve();
    return () => {};
  };
  /** Lets the sweep begin its next pass by itself. Returns what it waited for, in milliseconds, once the pass is over. */
  const pass = async (): Promise<number> => {
    const { delayMs, work } = timer;
    set = Promise.withResolvers();
    work();
    await set.promise;
    return delayMs;
  };
  const sweep = new WorktreeSweep({
    db,
    git,
    time: { now: () => time.now(), elapsedMs: () => time.elapsedMs(), after },
    logger: silentLogger(),
    worktreesDir,
    checkpointsDir: join(folder, "checkpoints"),
    installId: "install-1",
    remove: (id) => cleanUp(id, { force: false, consent: null }),
  });
  let made = 0;
  const run = (cwd: string, ...argv: string[]) => void execFileSync("git", argv, { cwd, stdio: "pipe" });

  /** Makes a worktree of ours. Its session is gone afterwards, unless its row says otherwise. */
  const makeOwn = async (row: "of_its_session" | "of_nobody" | "none"): Promise<string> => {
    const sessionId = SessionId.parse(`ses-${++made}`);
    await db.write("full", (tx) => insertSession(tx, buildSession({ id: sessionId })));
    const worktree = await worktrees.ensure(sessionId);
    if (row !== "of_its_session")
      await db.write("full", async (tx) => {
        // As after a backup was restored, which knows it without its session, or not at all.
        if (row === "none") await tx.deleteFrom("worktrees").where("id", "=", worktree.id).execute();
        else await updateWorktree(tx, worktree.id, { sessionId: null });
        await tx.deleteFrom("sessions").where("id", "=", sessionId).execute();
      });
    return worktree.path;
  };

  /** Puts one of a kind there. Returns its path. */
  const plant = async (kind: Kind): Promise<string> => {
    const path = join(worktreesDir, `${kind}-${++made}`);
    switch (kind) {
      case "orphan":
        return makeOwn("of_nobody");
      case "unknown_orphan":
        return makeOwn("none");
      case "orphan_with_work": {
        const own = await makeOwn(made % 2 === 0 ? "none" : "of_nobody");
        await writeFile(join(own, "work.txt"), "mine\n");
        return own;
      }
      case "orphan_with_a_commit": {
        const own = await makeOwn("none");
        await writeFile(join(own, "a.txt"), "committed\n");
        run(own, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qam", "Work");
        return own;
      }
      case "owned":
        return makeOwn("of_its_session");
      case "of_another_installation":
        run(repository.path, "worktree", "add", "-q", "--lock", "--reason", "boocode:install-2:ses-1", "--detach", path);
        return path;
      case "of_the_person":
        run(repository.path, "worktree", "add", "-q", "--detach", path);
        return path;
      case "clone":
        run(folder, "clone", "-q", "--no-hardlinks", repository.path, path);
        return path;
      case "plain_folder":
        await mkdir(path);
        await writeFile(join(path, "notes.txt"), "notes\n");
        return path;
      case "file":
        await writeFile(path, "a file\n");
        return path;
      case "link_to_the_persons": {
        const theirs = join(outside, String(made));
        run(repository.path, "worktree", "add", "-q", "--lock", "--reason", "boocode:install-1:ses-x", "--detach", theirs);
        await symlink(theirs, path);
        return theirs;
      }
      case "elsewhere": {
        const there = join(outside, String(made));
        run(repository.path, "worktree", "add", "-q", "--lock", "--reason", "boocode:install-1:ses-y", "--detach", there);
        return there;
      }
      case "pipe_as_git":
        await mkdir(path);
        execFileSync("/usr/bin/mkfifo", [join(path, ".git")]);
        return path;
      case "moved_here": {
        const own = await makeOwn("none");
        await rename(own, path);
        return path;
      }
      case "false_link": {
        const own = await makeOwn("of_its_session");
        await mkdir(path);
        await writeFile(join(path, ".git"), `gitdir: ${repository.path}/.git/worktrees/${own.split("/").at(-1)}\n`);
        await writeFile(join(path, "notes.txt"), "notes\n");
        return path;
      }
    }
  };

  return {
    ...setup,
    time,
    sweep,
    pass,
    cleanUp,
    /** Names the failpoint at which a removal fails. */
    trouble,
    worktreesDir,
    outside,
    plant,
    describe: describeFolder,
    describeGit: (path: string) => describeGit(repository.path, path),
    trashed: () => listTrash(db.read),
    /** Lets the hour of grace pass. */
    wait: () => time.advance(SWEEP_GRACE_MS),
    async [Symbol.asyncDispose]() {
      await sweep.close();
      await setup[Symbol.asyncDispose]();
    },
  };
}
