import { listWorktrees } from "@boocode/db/stores/worktree-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import type { Database } from "@boocode/db/database";
import type { Time } from "../../platform/time.ts";

/** The health report for callers without a token. */
export interface ShortHealth {
  status: "ok" | "degraded";
  version: string;
}

/** The health report for callers with a token. */
export interface FullHealth extends ShortHealth {
  uptimeMs: number;
  db: { ok: boolean; sizeBytes: number; schemaVersion: number };
  /** `version` is null until it is known; `reason` is null if nothing is wrong. */
  git: { ok: boolean; version: string | null; reason: string | null };
  agents: { live: number; max: number; backends: readonly string[] };
  worktrees: { live: number; missing: number };
  queue: { running: number; queued: number };
}

export interface HealthSources {
  version: string;
  /** When the daemon was started, on the monotonic clock: the other may be set while it runs. */
  startedAt: number;
  time: Pick<Time, "elapsedMs">;
  database: Database;
  agents: () => FullHealth["agents"];
  git: () => FullHealth["git"];
}

/** Checks the daemon's dependencies. The answer is `degraded` if the store cannot be read or written, or if git cannot be used. */
export class Health {
  readonly #sources: HealthSources;

  constructor(sources: HealthSources) {
    this.#sources = sources;
  }

  async short(): Promise<ShortHealth> {
    const { ok } = await this.#sources.database.health();
    return { status: ok && this.#sources.git().ok ? "ok" : "degraded", version: this.#sources.version };
  }

  async full(): Promise<FullHealth> {
    const { database, time, startedAt, version, agents } = this.#sources;
    const db = await database.health();
    const git = this.#sources.git();
    // A store that cannot be written may still be readable.
    const [worktrees, tasks] = await Promise.all([listWorktrees(database.read), listOpenTasks(database.read)]).catch(() => [[], []]);
    return {
      status: db.ok && git.ok ? "ok" : "degraded",
      version,
      uptimeMs: Math.round(time.elapsedMs() - startedAt),
      db,
      git,
      agents: agents(),
      worktrees: {
        live: worktrees.filter(({ state }) => state === "live").length,
        missing: worktrees.filter(({ state }) => state === "missing").length,
      },
      queue: {
        running: tasks.filter(({ state }) => state === "running").length,
        queued: tasks.filter(({ state }) => state === "queued").length,
      },
    };
  }
}
