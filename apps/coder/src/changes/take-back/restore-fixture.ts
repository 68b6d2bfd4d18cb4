import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { createTurns } from "../turns-fixture.ts";

export type Turns = Awaited<ReturnType<typeof createTurns>>;

export const textOf = ({ worktree }: Turns, path: string) => readFile(join(worktree.path, path), "utf8");
export const isThere = ({ worktree }: Turns, path: string) =>
  lstat(join(worktree.path, path)).then(
    () => true,
    () => false,
  );
export const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { fault: { kind: string; consent?: string } }) => error.fault,
  );
export const lines = (...changed: [number, string][]) =>
  Array.from({ length: 40 }, (_, at) => `${new Map(changed).get(at) ?? `line ${at}`}\n`).join("");
export const authorsOf = async ({ pending, sessionId }: Turns) =>
  (await pending.list(sessionId)).map(({ path, agents, taskIds, chatIds }) => ({ path, agents, taskIds, chatIds }));

/** The tree of everything on disk, ignored or not, and of the newest checkpoint. */
export async function treesOf({ repository, worktree, worktrees, sessionId }: Turns) {
  const git = (...argv: string[]) => repository.git("-C", worktree.path, ...argv);
  await git("add", "--all", "--force");
  const disk = await git("write-tree");
  await git("read-tree", "HEAD");
  const { lastCheckpoint } = (await worktrees.find(sessionId))!;
  return { disk, held: await repository.git("rev-parse", `${lastCheckpoint}^{tree}`) };
}
