import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { moveLooseRef, readLooseRef } from "./loose-ref.ts";

const REF = "refs/boocode/checkpoints/one";

/** A repository with one of BooCode's refs, and the commits it may point to. */
async function createRef() {
  const repository = await createRepository({ "a.txt": "one\n" });
  const commits = [await repository.git("rev-parse", "HEAD")];
  for (const text of ["two", "three"]) {
    await repository.write({ "a.txt": text });
    commits.push(await repository.commit(text));
  }
  const [from, to, elsewhere] = commits as [string, string, string];
  await repository.git("update-ref", REF, from);
  const commonDir = join(repository.path, ".git");
  return {
    repository,
    from,
    to,
    elsewhere,
    commonDir,
    lock: join(commonDir, `${REF}.lock`),
    move: (at = from) => moveLooseRef(commonDir, REF, { from: at, to }),
    now: () => repository.git("rev-parse", REF),
    [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose](),
  };
}

it("moves a ref as git sees it, and leaves no lock", async () => {
  await using setup = await createRef();
  expect(await readLooseRef(setup.commonDir, REF)).toBe(setup.from);
  expect(await setup.move()).toBe(true);
  expect(await setup.now()).toBe(setup.to);
  expect(await readFile(join(setup.commonDir, REF), "latin1")).toBe(`${setup.to}\n`);
  await setup.repository.git("update-ref", REF, setup.elsewhere, setup.to);
  expect(await readLooseRef(setup.commonDir, REF)).toBe(setup.elsewhere);
});

it("W7 leaves a ref that moved, is packed or is missing", async () => {
  await using setup = await createRef();
  expect(await setup.move(setup.elsewhere)).toBe(false);
  expect(await setup.now()).toBe(setup.from);
  await setup.repository.git("pack-refs", "--all", "--prune");
  expect(await readLooseRef(setup.commonDir, REF)).toBeNull();
  expect(await setup.move()).toBe(false);
  expect(await setup.now()).toBe(setup.from);
  await setup.repository.git("update-ref", "-d", REF);
  expect(await setup.move()).toBe(false);
  // No lock file is left to block git.
  await setup.repository.git("update-ref", REF, setup.from, "0".repeat(40));
});

it("W9 leaves another process's lock and the ref it guards", async () => {
  await using setup = await createRef();
  await writeFile(setup.lock, "theirs");
  expect(await setup.move()).toBe(false);
  expect(await readFile(setup.lock, "latin1")).toBe("theirs");
  expect(await setup.now()).toBe(setup.from);
});

it("moves the ref for exactly one of many concurrent attempts, including git's", async () => {
  await using setup = await createRef();
  const byGit = setup.repository.git("update-ref", REF, setup.to, setup.from).then(
    () => true,
    () => false,
  );
  const moved = await Promise.all([...Array.from({ length: 20 }, () => setup.move()), byGit]);
  expect(moved.filter((didMove) => didMove)).toHaveLength(1);
  expect(await setup.now()).toBe(setup.to);
});
