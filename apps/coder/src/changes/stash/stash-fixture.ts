import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { snapshot } from "../edits/edit-cases-fixture.ts";
import { createTurns } from "../turns-fixture.ts";

export const FILES = {
  ".gitignore": ".env\n*.log\n",
  "a.txt": "one\ntwo\nthree\nfour\nfive\n",
  "gone.txt": "gone\n",
  "dir/b.txt": "two\n",
  "run.sh": "run\n",
};

/** A session in which files of every kind are changed, new, removed, staged and ignored. */
export async function createStashable() {
  const setup = await createTurns(FILES);
  const { path } = setup.worktree;
  const inWorktree = (...argv: string[]) => setup.repository.git("-C", path, ...argv);
  const clean = snapshot(path);
  await setup.write({
    "a.txt": "one\nTWO\nthree\nfour\nfive\n",
    "new/deep.bin": new Uint8Array([0, 255, 13, 10]),
    link: { linkTo: "a.txt" },
  });
  await rm(join(path, "gone.txt"));
  await chmod(join(path, "run.sh"), 0o755);
  await setup.write({ "dir/b.txt": "staged\n" });
  await inWorktree("add", "dir/b.txt", "gone.txt");
  await setup.write({ "dir/b.txt": "on disk\n", "x.log": "log\n" });
  return Object.assign(setup, { path, inWorktree, clean, dirty: snapshot(path) });
}
