import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { runGit } from "../repo-builder.ts";

/** What a store says of a worktree's work. */
interface KeptWork {
  sessionId: string | null;
  project: string;
  path: string;
  commits: string[];
}

/**
 * Checks that all work the store knows of is still there, and returns one sentence per loss: each commit it names with every file and folder
 * in it, and each pending change in the worktree that it says it is in.
 */
export async function judgeKeptWork(dataDir: string): Promise<string[]> {
  const db = new DatabaseSync(join(dataDir, "boocode.db"), { readOnly: true });
  try {
    const lost: string[] = [];
    for (const { sessionId, project, path, commits } of readWork(db)) {
      // A test may have taken the project itself away.
      if (!existsSync(project) || commits.length === 0) continue;
      const isWhole = await runGit(project, ["rev-list", "--objects", "--quiet", ...commits]).then(
        () => true,
        () => false,
      );
      if (!isWhole) lost.push(`The recorded work of ${path} is lost: not all of ${commits.join(", ")} is in git`);
      if (sessionId !== null && existsSync(path)) lost.push(...findAbsentChanges(db, sessionId, path));
    }
    return lost;
  } finally {
    db.close();
  }
}

function readWork(db: DatabaseSync): KeptWork[] {
  const rows = db
    .prepare(
      `select w.session_id, w.path, w.base_commit, w.base_tree, w.last_checkpoint, p.path as project
       from worktrees w join projects p on p.id = w.project_id where w.state = 'live'`,
    )
    .all();
  return rows.map((row) => ({
    sessionId: row["session_id"] === null ? null : String(row["session_id"]),
    project: String(row["project"]),
    path: String(row["path"]),
    commits: ["base_commit", "base_tree", "last_checkpoint"].flatMap((name) =>
      /^[0-9a-f]{40,64}$/.test(String(row[name])) ? [String(row[name])] : [],
    ),
  }));
}

/** Changes that the page shows as being in the worktree, and that are not. */
function findAbsentChanges(db: DatabaseSync, sessionId: string, root: string): string[] {
  const rows = db
    .prepare(
      "select path from pending_changes where session_id = ? and location = 'worktree' and operation <> 'deleted' and state = 'pending' and stale = 0",
    )
    .all(sessionId);
  return rows.flatMap(({ path }) =>
    lstatSync(join(root, String(path)), { throwIfNoEntry: false }) ? [] : [`The recorded work ${String(path)} is not in ${root}`],
  );
}
