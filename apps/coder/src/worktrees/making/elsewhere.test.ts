import { readdir, readFile, rm, symlink, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { ProjectId, SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildProject, buildSession } from "@boocode/shared/testing/build";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createWorktreeSetup, type WorktreeSetup } from "../worktree-fixture.ts";
import { repairWorktree } from "../upkeep/worktree-repair.ts";

const DURING = { author: null, taskId: BUILT_IDS.task, chatId: BUILT_IDS.chat, when: "before" } as const;
const ALLOW = ["-c", "protocol.file.allow=always"];

/** A project that is a submodule of another, with a file called as one of git's own is; answers its session. */
async function openSubmodule(setup: WorktreeSetup, path: string): Promise<SessionId> {
  await using library = await createRepository({ config: "the file\n", "a.txt": "a\n" });
  await setup.repository.git(...ALLOW, "submodule", "--quiet", "add", library.path, "sub");
  const projectId = ProjectId.parse("project-2");
  const sessionId = SessionId.parse("session-3");
  await setup.db.write("normal", async (tx) => {
    await insertProject(tx, buildProject({ id: projectId, path, defaultBranch: null }));
    await insertSession(tx, buildSession({ id: sessionId, projectId }));
  });
  return sessionId;
}

const repair = (setup: WorktreeSetup, sessionId: SessionId, from: "branch" | "checkpoint" | "folder") =>
  repairWorktree({ ...setup, installId: "install-1", time: { now: () => 0 } }, { sessionId, from });

const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { fault: unknown }) => error.fault,
  );

it("nothing is written where git takes another folder for a new worktree of a submodule", async () => {
  await using setup = await createWorktreeSetup();
  const path = join(setup.repository.path, "sub");
  const sessionId = await openSubmodule(setup, path);
  await setup.repository.git("-C", path, "config", "extensions.worktreeConfig", "true");
  const module = join(setup.repository.path, ".git", "modules", "sub");
  const before = [await readFile(join(module, "config"), "utf8"), (await readdir(module)).filter((name) => name === "a.txt")];

  const fault = await faultOf(setup.worktrees.ensure(sessionId));
  expect(fault).toMatchObject({ kind: "worktree_elsewhere", found: module });
  expect([await readFile(join(module, "config"), "utf8"), (await readdir(module)).filter((name) => name === "a.txt")]).toEqual(before);
  expect(await faultOf(setup.worktrees.ensure(sessionId))).toEqual(fault);

  // Without the setting it is a project like any other.
  await setup.repository.git("-C", path, "config", "--unset", "extensions.worktreeConfig");
  const worktree = await setup.worktrees.ensure(sessionId);
  expect(await readFile(join(worktree.path, "config"), "utf8")).toBe("the file\n");
  expect(await readFile(join(module, "config"), "utf8")).toContain("[core]");
});

it.each(["branch", "checkpoint", "folder"] as const)(
  "is asked again before a checkpoint, and before a repair from the %s",
  async (from) => {
    await using setup = await createWorktreeSetup();
    const path = join(setup.repository.path, "sub");
    const sessionId = await openSubmodule(setup, path);
    const worktree = await setup.worktrees.ensure(sessionId);
    const module = join(setup.repository.path, ".git", "modules", "sub");
    const config = await readFile(join(module, "config"), "utf8");
    await setup.repository.git("-C", path, "config", "extensions.worktreeConfig", "true");
    const changed = await readFile(join(module, "config"), "utf8");
    expect(await faultOf(setup.worktrees.checkpoint(worktree, DURING))).toMatchObject({ kind: "worktree_elsewhere" });
    if (from === "folder") {
      await rename(worktree.path, `${worktree.path}-copy`);
      await setup.repository.git("-C", path, "config", "--unset", "extensions.worktreeConfig");
      await setup.repository.git("clone", "--quiet", "--no-checkout", ".", worktree.path);
      await rm(join(worktree.path, ".git"), { recursive: true });
      await writeFile(join(worktree.path, ".git"), await readFile(join(`${worktree.path}-copy`, ".git")));
      await setup.repository.git("-C", path, "config", "extensions.worktreeConfig", "true");
    } else await rm(worktree.path, { recursive: true });
    expect(await faultOf(repair(setup, sessionId, from))).toMatchObject({ kind: "worktree_elsewhere" });
    expect(await readFile(join(module, "config"), "utf8")).toBe(changed);
    expect(config).not.toBe(changed);
  },
);

it("a project whose git directory is a link somewhere else is opened as ever", async () => {
  await using setup = await createWorktreeSetup({ "a.txt": "one\n" });
  const away = join(setup.folder, "away.git");
  await rename(join(setup.repository.path, ".git"), away);
  await symlink(away, join(setup.repository.path, ".git"));
  const worktree = await setup.worktrees.ensure(setup.sessionId);
  await writeFile(join(worktree.path, "a.txt"), "two\n");
  expect((await setup.worktrees.checkpoint(worktree, DURING)).leftOut).toEqual([]);
});
