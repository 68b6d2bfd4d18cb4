import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { silentLogger } from "../../platform/logger.ts";
import { systemTime } from "../../platform/time.ts";
import { createWorktreeSetup, type WorktreeSetup } from "../worktree-fixture.ts";
import { WorktreeWatch } from "./worktree-watch.ts";

/** A watch on a real folder, and a way to wait for what it notes. */
function watchOver({ db, feed, sessionId }: WorktreeSetup) {
  const gone: string[] = [];
  const pauses: number[] = [];
  const after = (ms: number, run: () => void) => {
    pauses.push(ms);
    return systemTime.after(ms, run);
  };
  const watching = new WorktreeWatch({ db, feed, time: { after }, logger: silentLogger(), onGone: (id) => gone.push(id) });
  const until = async (fits: (worktree: Worktree) => boolean): Promise<Worktree> => {
    for (;;) {
      const told = Promise.withResolvers<void>();
      const stop = feed.onWorkspace(({ noun }) => noun === "worktrees" && told.resolve());
      try {
        const found = await findLiveWorktree(db.read, sessionId);
        if (found && fits(found)) return found;
        await told.promise;
      } finally {
        stop();
      }
    }
  };
  return { watching, gone, pauses, until };
}

it("F15 notices a worktree that was moved, replaced, linked elsewhere, and one that came back: it looks anew within two seconds", async () => {
  await using setup = await createWorktreeSetup();
  const { watching, gone, pauses, until } = watchOver(setup);
  onTestFinished(() => watching.close());
  const made = await setup.worktrees.ensure(setup.sessionId);
  const away = `${made.path}.away`;
  watching.open(setup.sessionId);

  await rename(made.path, away);
  expect(await until(({ state }) => state === "missing")).toMatchObject({ head: made.branch });
  await mkdir(made.path);
  await until(({ state }) => state === "replaced");
  await rm(made.path, { recursive: true });
  await until(({ state }) => state === "missing");
  await symlink("/", made.path);
  await until(({ state }) => state === "replaced");
  await rm(made.path);
  await rename(away, made.path);
  await until(({ state }) => state === "live");
  expect(Math.max(...pauses)).toBeLessThan(2_000);
  expect(gone).toEqual([setup.sessionId]);

  await rm(join(made.path, ".git"));
  await until(({ state }) => state === "replaced");
});

it("W12 a folder whose link leads to another repository, or to another worktree's directory, is not ours any more", async () => {
  await using setup = await createWorktreeSetup();
  await using other = await createRepository({ "a.txt": "else\n" });
  const { watching, until } = watchOver(setup);
  onTestFinished(() => watching.close());
  const made = await setup.worktrees.ensure(setup.sessionId);
  const beside = await setup.worktrees.ensure(setup.otherSessionId);
  const link = join(made.path, ".git");
  const [own, besides] = await Promise.all([readFile(link, "utf8"), readFile(join(beside.path, ".git"), "utf8")]);
  watching.open(setup.sessionId);
  for (const elsewhere of [`gitdir: ${join(other.path, ".git")}\n`, besides]) {
    await writeFile(link, elsewhere);
    expect(await until(({ state }) => state === "replaced")).toMatchObject({ head: made.branch });
    await writeFile(link, own);
    await until(({ state }) => state === "live");
  }
});

it("F14 notices that another branch, or none, is checked out", async () => {
  await using setup = await createWorktreeSetup();
  const { watching, gone, until } = watchOver(setup);
  onTestFinished(() => watching.close());
  const made = await setup.worktrees.ensure(setup.sessionId);
  watching.open(setup.sessionId);
  await setup.repository.git("-C", made.path, "switch", "--quiet", "--create", "elsewhere");
  expect(await until(({ head }) => head === "elsewhere")).toMatchObject({ state: "live", branch: made.branch });
  const oid = await setup.repository.git("rev-parse", "HEAD");
  await setup.repository.git("-C", made.path, "checkout", "--quiet", "--detach");
  await until(({ head }) => head === oid);
  await setup.repository.git("-C", made.path, "switch", "--quiet", made.branch);
  await until(({ head }) => head === made.branch);
  expect(gone).toEqual([]);
});

it("begins with a worktree that is made while it watches; tells a turn once; stops with the last who asked", async () => {
  await using setup = await createWorktreeSetup();
  const { watching, until } = watchOver(setup);
  onTestFinished(() => watching.close());
  const close = watching.open(setup.sessionId);
  const made = await setup.worktrees.ensure(setup.sessionId);
  const told = Promise.withResolvers<void>();
  const projects: string[] = [];
  setup.feed.onWorkspace(({ noun, sessionId }) => noun === "projects" && projects.push(sessionId ?? "") && told.resolve());
  await setup.repository.git("-C", made.path, "switch", "--quiet", "--create", "elsewhere");
  await until(({ head }) => head === "elsewhere");
  const lost = Promise.withResolvers<void>();
  const release = watching.watch(made, lost.resolve);
  await writeFile(join(made.path, ".mcp.json"), "{}");
  await told.promise;
  expect(projects[0]).toBe(setup.sessionId);
  await rm(made.path, { recursive: true });
  await lost.promise;
  // A folder that is being removed is seen without its link to git first.
  await until(({ state }) => state === "missing");
  release();
  close();
  close();
  await watching.close();
  expect(await findLiveWorktree(setup.db.read, setup.sessionId)).toMatchObject({ state: "missing" });
});
