import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildProject, buildSession } from "@boocode/shared/testing/build";
import { placeDatabase } from "@boocode/testkit/place-database";
import { createRepository, createTempFolder, type RepoFiles } from "@boocode/testkit/repo-builder";
import { Feed } from "../feed/feed.ts";
import { Git, type GitInput } from "../platform/git/git.ts";
import { Locks } from "../platform/locks.ts";
import { startSmall } from "../platform/processes/starter-fixture.ts";
import { Worktrees, type WorktreesDeps } from "./worktrees.ts";

/** Creates a project on a real repository, a store, and sessions `session-1` and `session-2`, for tests of worktrees. */
export async function createWorktreeSetup(
  files: RepoFiles = { "a.txt": "one\n", "dir/b.txt": "two\n" },
  gitInput: Pick<GitInput, "start" | "failpoint" | "onStart"> = {},
) {
  const repository = await createRepository(files);
  const folder = await createTempFolder();
  const home = join(folder.path, "home");
  await mkdir(home);
  const feed = new Feed();
  const file = join(folder.path, "db.sqlite");
  await placeDatabase(file);
  const db = await openDatabase({ file, feed });
  const sessions = [BUILT_IDS.session, SessionId.parse("session-2")] as const;
  await db.write("normal", async (tx) => {
    await insertProject(tx, buildProject({ path: repository.path, defaultBranch: "refs/heads/main" }));
    for (const id of sessions) await insertSession(tx, buildSession({ id, title: "Ünïcode & more" }));
  });
  const started: string[] = [];
  const git = new Git({
    start: startSmall,
    env: { PATH: "/usr/bin:/bin", HOME: home },
    onStart: ([command = ""]) => started.push(command),
    ...gitInput,
  });
  const locks = new Locks();
  const input: WorktreesDeps = {
    db,
    git,
    locks,
    time: { now: () => 1_700_000_000_000 },
    worktreesDir: join(folder.path, "worktrees"),
    checkpointsDir: join(folder.path, "checkpoints"),
    installId: "install-1",
  };
  return {
    repository,
    folder: folder.path,
    home,
    db,
    git,
    locks,
    time: input.time,
    /** The arguments of each git command started. */
    started,
    feed,
    sessionId: sessions[0],
    otherSessionId: sessions[1],
    worktrees: new Worktrees(input),
    /** The same store, opened by a daemon that has just started. */
    restart: (changed: Partial<typeof input> = {}) => new Worktrees({ ...input, locks: new Locks(), ...changed }),
    async [Symbol.asyncDispose]() {
      await db.close();
      await repository[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
export type WorktreeSetup = Awaited<ReturnType<typeof createWorktreeSetup>>;
