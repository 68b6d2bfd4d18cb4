import type { Dirent } from "node:fs";
import { lstat, opendir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { RecentRepository } from "@boocode/shared/projects/project";
import { pause, type Time } from "../platform/time.ts";

const MAX_RESULTS = 8;
/** Folders below the home folder that are looked into, level by level. */
const MAX_DEPTH = 4;
const MAX_FOLDERS = 4_000;
/** The maximum number of entries read of a folder, which may contain millions. */
const MAX_ENTRIES = 2_000;
const LIMIT_MS = 1_500;
/** How long an answer is given again without looking. */
const FRESH_MS = 30_000;
/** Folders of programs, where nobody keeps repositories of their own. */
const SKIPPED = new Set(
  "node_modules vendor target dist build venv __pycache__ site-packages snap Library Applications Pictures Music Movies Videos".split(" "),
);
/** What git writes when somebody works in a repository. */
const TOUCHED = ["HEAD", "index", "FETCH_HEAD"];

interface Walk {
  startedAtMs: number;
  found: RecentRepository[];
  ended: Promise<void>;
}

export interface RecentRepositoriesDeps {
  home: string;
  /** Folders of BooCode's own. */
  ownFolders: readonly string[];
  time: Pick<Time, "elapsedMs" | "after">;
}

/**
 * The repositories below the home folder in which somebody has worked last. The search is bounded in depth, time and count, follows no
 * link, leaves the home folder's disk never, opens nothing but folders, and starts no git. Only one runs at a time: if a disk does not
 * answer, what was found before is the answer.
 */
export class RecentRepositories {
  readonly #deps: RecentRepositoriesDeps;
  #walk: Walk | null = null;
  #hasEnded = false;

  constructor(deps: RecentRepositoriesDeps) {
    this.#deps = deps;
  }

  /** The latest first, at most eight of those that are not in `known`. Answers within {@link LIMIT_MS}. */
  async list(known: ReadonlySet<string>): Promise<RecentRepository[]> {
    const { time } = this.#deps;
    const isOver = this.#walk !== null && this.#hasEnded && time.elapsedMs() - this.#walk.startedAtMs > FRESH_MS;
    if (this.#walk === null || isOver) this.#walk = this.#begin();
    const { found, ended } = this.#walk;
    await Promise.race([ended, pause(time, LIMIT_MS)]);
    return found
      .filter(({ path }) => !known.has(path))
      .toSorted((a, b) => b.usedAt - a.usedAt)
      .slice(0, MAX_RESULTS);
  }

  #begin(): Walk {
    const found: RecentRepository[] = [];
    const startedAtMs = this.#deps.time.elapsedMs();
    this.#hasEnded = false;
    const ended = this.#look(found, startedAtMs + LIMIT_MS)
      // A folder that cannot be read has no repositories for this person.
      .catch(() => {})
      .then(() => void (this.#hasEnded = true));
    return { startedAtMs, found, ended };
  }

  async #look(found: RecentRepository[], endsAtMs: number): Promise<void> {
    const { time, ownFolders } = this.#deps;
    const home = await realpath(this.#deps.home);
    const { dev } = await lstat(home);
    const queue = [{ path: home, depth: 0 }];
    for (let at = 0; at < queue.length && at < MAX_FOLDERS && time.elapsedMs() < endsAtMs; at++) {
      const { path, depth } = queue[at]!;
      // A home folder that is itself a repository holds settings, and projects below it.
      const isProject = depth > 0 && (await lstat(join(path, ".git")).catch(() => null));
      if (isProject) {
        const usedAt = isProject.isDirectory() ? await readUse(join(path, ".git")) : null;
        if (usedAt !== null) found.push({ path, usedAt });
      } else if (depth < MAX_DEPTH) {
        for (const name of await readFolders(path)) {
          const folder = join(path, name);
          const look = ownFolders.includes(folder) ? null : await lstat(folder).catch(() => null);
          if (look?.isDirectory() && look.dev === dev) queue.push({ path: folder, depth: depth + 1 });
        }
      }
    }
  }
}

/** When git last wrote there; null if it is no repository. */
async function readUse(gitDir: string): Promise<number | null> {
  const looks = await Promise.all(TOUCHED.map((name) => lstat(join(gitDir, name)).catch(() => null)));
  if (!looks[0]?.isFile()) return null;
  return Math.max(...looks.map((look) => Math.floor(look?.mtimeMs ?? 0)));
}

async function readFolders(path: string): Promise<string[]> {
  const names: string[] = [];
  try {
    let seen = 0;
    for await (const entry of await opendir(path, { bufferSize: 256 })) {
      if (++seen > MAX_ENTRIES) break;
      if (mayHoldProjects(entry)) names.push(entry.name);
    }
  } catch {
    // It is gone, unreadable, or no folder any more.
  }
  return names.sort();
}

const mayHoldProjects = (entry: Dirent) => entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name);
