import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { removeTemporaries } from "../edits/edit-cases-fixture.ts";
import { createTurns } from "../turns-fixture.ts";

const ALLOW = ["-c", "protocol.file.allow=always", "-c", "user.name=x", "-c", "user.email=x@x"];
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { fault: object }) => error.fault,
  );

/** A project with a submodule, initialised in the checkout and in the session's worktree, where an agent has moved it on. */
async function createMoved() {
  const library = await createRepository({ "lib.txt": "one\n" });
  const setup = await createTurns({ "a.txt": "a\n" });
  const { repository, worktrees } = setup;
  await repository.git(...ALLOW, "submodule", "--quiet", "add", library.path, "vendor");
  await repository.commit("With a submodule");
  const sessionId = setup.otherSessionId;
  const { path } = await worktrees.ensure(sessionId);
  const inWorktree = (...argv: string[]) => repository.git("-C", path, ...ALLOW, ...argv);
  await inWorktree("submodule", "--quiet", "update", "--init");
  await writeFile(join(path, "vendor/lib.txt"), "two\n");
  await inWorktree("-C", "vendor", "commit", "--quiet", "--all", "-m", "Moved on");
  await writeFile(join(path, "a.txt"), "b\n");
  await setup.pending.refresh(sessionId);
  const changeIds = (await setup.pending.list(sessionId)).map(({ id }) => id);
  const headOf = (folder: string) => repository.git("-C", join(folder, "vendor"), "rev-parse", "HEAD");
  return Object.assign(setup, {
    session: sessionId,
    changeIds,
    at: (name: string) => join(repository.path, name),
    here: () => headOf(repository.path),
    there: () => headOf(path),
    inWorktree,
    worktreePath: path,
    commits: { before: await headOf(repository.path), after: await headOf(path) },
    closeLibrary: () => library[Symbol.asyncDispose](),
  });
}

it("moves a submodule that is initialised and clean to the worktree's commit, and back", async () => {
  await using setup = await createMoved();
  const { apply, session: sessionId, changeIds, repository, commits } = setup;
  const index = await repository.git("ls-files", "--stage");
  const { applyId } = await apply.apply({ sessionId, changeIds });
  expect(await setup.here()).toBe(commits.after);
  expect(await repository.git("status", "--porcelain")).toBe(" M a.txt\n M vendor");
  expect(await repository.git("-C", "vendor", "status", "--porcelain")).toBe("");
  expect(await repository.git("ls-files", "--stage")).toBe(index);
  expect(await setup.pending.list(sessionId)).toEqual([]);
  await apply.undo({ sessionId, applyId });
  expect(await setup.here()).toBe(commits.before);
  expect(await repository.git("status", "--porcelain")).toBe("");
  expect((await setup.pending.list(sessionId)).map(({ id }) => id)).toEqual(changeIds);
  await setup.closeLibrary();
});

it("refuses a submodule that is edited, elsewhere, not initialised or filtered, and writes nothing of the rest", async () => {
  await using setup = await createMoved();
  const { apply, session: sessionId, changeIds, repository, at } = setup;
  const inModule = (...argv: string[]) => repository.git("-C", at("vendor"), ...ALLOW, ...argv);
  const refused = { kind: "apply_conflict", conflicts: [{ path: "vendor", because: "submodule" }] };
  const expectRefused = async () => {
    expect(await faultOf(apply.apply({ sessionId, changeIds }))).toMatchObject(refused);
    expect(await repository.git("diff", "--name-only", "--", "a.txt")).toBe("");
  };
  await writeFile(at("vendor/lib.txt"), "person\n");
  await expectRefused();
  await inModule("commit", "--quiet", "--all", "-m", "The person's");
  await expectRefused();
  await inModule("checkout", "--quiet", "--detach", setup.commits.before);
  await inModule("config", "filter.big.smudge", "cat");
  await expectRefused();
  await inModule("config", "--unset", "filter.big.smudge");
  await rm(at("vendor"), { recursive: true });
  await expectRefused();
  await setup.closeLibrary();
});

it("F4 killed before or after a submodule moves, the edit is finished at the next start", async () => {
  await using setup = await createMoved();
  const { session: sessionId, changeIds, repository, commits } = setup;
  for (const point of ["edit.temporaries", "edit.submodule.0", "edit.file.0"]) {
    const stopped = Promise.withResolvers<void>();
    const { apply } = setup.openEdits((name) => {
      if (name !== point) return;
      stopped.resolve();
      return new Promise<never>(() => {});
    });
    void apply.apply({ sessionId, changeIds });
    await stopped.promise;
    await setup.openEdits(() => {}).recover();
    const [edit] = await setup.apply.list(sessionId);
    expect(edit).toMatchObject({ state: "done" });
    expect(await setup.here()).toBe(commits.after);
    await setup.apply.undo({ sessionId, applyId: edit!.id });
    expect(await repository.git("diff", "--name-only")).toBe("");
  }
  await setup.closeLibrary();
});

it("rejects a submodule that an agent moved, which goes back to its commit, and brings it back", async () => {
  await using setup = await createMoved();
  const { reject, session: sessionId, changeIds, commits, inWorktree } = setup;
  const { rejectId, paths } = await reject.reject({ sessionId, changeIds });
  expect(paths).toEqual(["a.txt", "vendor"]);
  expect(await setup.there()).toBe(commits.before);
  expect(await inWorktree("status", "--porcelain")).toBe("");
  expect(await setup.pending.list(sessionId)).toEqual([]);
  await reject.undo({ sessionId, rejectId });
  expect(await setup.there()).toBe(commits.after);
  expect(await readFile(join(setup.worktreePath, "vendor/lib.txt"), "utf8")).toBe("two\n");
  expect((await setup.pending.list(sessionId)).map(({ id }) => id)).toEqual(changeIds);
  await setup.closeLibrary();
});

it("does not reject a submodule that has changes of its own, and keeps them and the rest", async () => {
  await using setup = await createMoved();
  const { reject, session: sessionId, commits, worktreePath } = setup;
  await writeFile(join(worktreePath, "vendor/lib.txt"), "not committed\n");
  await setup.pending.refresh(sessionId);
  const changeIds = (await setup.pending.list(sessionId)).map(({ id }) => id);
  const refused = { kind: "edit_refused", path: "vendor", reason: expect.stringMatching(/^It is a submodule with changes of its own/) };
  expect(await faultOf(reject.reject({ sessionId, changeIds }))).toMatchObject(refused);
  expect(await readFile(join(worktreePath, "vendor/lib.txt"), "utf8")).toBe("not committed\n");
  expect(await readFile(join(worktreePath, "a.txt"), "utf8")).toBe("b\n");
  expect(await setup.there()).toBe(commits.after);
  await setup.closeLibrary();
});

it.each(["edit.temporaries", "edit.submodule.0", "edit.file.0"])(
  "F4 killed at %s of rejecting a submodule's move, it is finished at the next start",
  async (point) => {
    await using setup = await createMoved();
    const { session: sessionId, changeIds, commits, inWorktree, worktreePath } = setup;
    const stopped = Promise.withResolvers<void>();
    const { reject } = setup.openEdits((name) => {
      if (name !== point) return;
      stopped.resolve();
      return new Promise<never>(() => {});
    });
    void reject.reject({ sessionId, changeIds });
    await stopped.promise;
    removeTemporaries(worktreePath);
    await setup.openEdits(() => {}).recover();
    expect(await setup.there()).toBe(commits.before);
    expect(await inWorktree("status", "--porcelain")).toBe("");
    await setup.closeLibrary();
  },
);

it("S7 a submodule that an agent leads to the person's own repository is not rejected through it", async () => {
  await using setup = await createMoved();
  const { reject, session: sessionId, repository, worktreePath, commits } = setup;
  // The person's submodule has both commits, and is at the agent's.
  const { applyId } = await setup.apply.apply({ sessionId, changeIds: setup.changeIds });
  await setup.apply.undo({ sessionId, applyId });
  await repository.git("-C", setup.at("vendor"), "checkout", "--quiet", "--detach", commits.after);
  await writeFile(join(worktreePath, "vendor/.git"), `gitdir: ${setup.at(".git/modules/vendor")}\n`);
  await setup.pending.refresh(sessionId);
  const changeIds = (await setup.pending.list(sessionId)).map(({ id }) => id);
  expect(await faultOf(reject.reject({ sessionId, changeIds }))).toMatchObject({ kind: "edit_refused", path: "vendor" });
  expect(await setup.here()).toBe(commits.after);
  expect(await readFile(setup.at("vendor/lib.txt"), "utf8")).toBe("two\n");
  await setup.closeLibrary();
});
