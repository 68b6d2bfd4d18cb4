import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
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
