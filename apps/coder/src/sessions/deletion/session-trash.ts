import type { Database } from "@boocode/db/database";
import { countTrashedChats, listChats } from "@boocode/db/stores/chats/chat-store";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { updateSession } from "@boocode/db/stores/sessions/session-store";
import { deleteTrash, findTrash, listTrash, updateTrash } from "@boocode/db/stores/sessions/trash-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId, TrashId } from "@boocode/shared/ids";
import type { TrashEntry, TrashRecord } from "@boocode/shared/trash/trash-entry";
import type { Feed } from "../../feed/feed.ts";
import { ConfirmedTime } from "../../platform/confirmed-time.ts";
import type { KeyedMutex } from "../../platform/keyed-mutex.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import { emptyShelf, holdsRepository } from "../../worktrees/removal/empty-shelf.ts";
import { sendAwayAgain } from "../../worktrees/removal/put-away.ts";
import { toTrashFolders } from "../../worktrees/removal/trash-folders.ts";
import { BackgroundLooks } from "../../worktrees/upkeep/background-looks.ts";
import { measureFolder, type FolderSize } from "../../worktrees/upkeep/measure-folder.ts";
import { bringSessionBack, forgetPins, type BringBackDeps, type BroughtBack } from "./bring-session-back.ts";
import { purgeSession } from "./purge-session.ts";

export interface SessionTrashDeps extends Omit<BringBackDeps, "time"> {
  db: Database;
  feed: Pick<Feed, "changed">;
  time: Time;
  logger: Logger;
  /** One deletion, restore or purge at a time for each session. */
  turns: KeyedMutex;
  /** The folder that holds each worktree's private git directory for checkpoints. */
  checkpointsDir: string;
}

/** How long a size stays fresh: nothing changes in the trash. */
const FRESH_MS = 24 * 60 * 60 * 1_000;

/** What was deleted: shown, brought back, let go of after its time, and removed for good when a person asks for it. */
export class SessionTrash {
  readonly #deps: SessionTrashDeps;
  readonly #sizes: BackgroundLooks<FolderSize>;
  readonly #confirmed: ConfirmedTime;

  constructor(deps: SessionTrashDeps) {
    this.#deps = deps;
    this.#confirmed = new ConfirmedTime(deps.time);
    const onDone = () => deps.feed.changed({ noun: "trash", ids: [] });
    this.#sizes = new BackgroundLooks({ time: deps.time, freshMs: FRESH_MS, look: measureFolder, onDone });
  }

  /** Lists what is in the trash, newest first. Unknown sizes are null and are announced when known. */
  async list(): Promise<TrashEntry[]> {
    const { read } = this.#deps.db;
    const [records, chats] = await Promise.all([listTrash(read), countTrashedChats(read)]);
    // Also one whose restore or purge failed half-way: it can be tried again.
    const kept = records.filter(({ deletedAt }) => deletedAt !== null);
    const entries = kept.map((record) => this.#toEntry(record, (record.sessionId && chats.get(record.sessionId)) ?? 0));
    return entries.filter((entry) => entry !== null).toSorted((a, b) => b.deletedAt - a.deletedAt);
  }

  /**
   * Brings a session back under its id: folder, index, HEAD, branch, lock, and everything the database has of it. If its folder is no longer
   * kept, its files come from the commits.
   *
   * Faults: `trash_not_found`, `trash_not_restorable`, `delete_refused`, those of git. It is in the trash then, as before.
   */
  async restore(trashId: TrashId): Promise<{ sessionId: SessionId | null }> {
    return this.#inTurn(trashId, async (record) => {
      const { db, failpoint } = this.#deps;
      if (record.state === "purging") {
        const reason = "It was being removed for good, and some of it may be gone. Purge it again.";
        throw new DomainError({ kind: "trash_not_restorable", trashId, reason });
      }
      await db.write("full", (tx) => updateTrash(tx, trashId, { state: "restoring" }));
      await failpoint?.("restore.recorded");
      await this.#bringBack({ ...record, state: "restoring" });
      return { sessionId: record.sessionId };
    });
  }

  /**
   * Removes a deletion for good: folder, commits, and everything the database has of the session. Goes on at the next start if it is
   * interrupted. Faults: `trash_not_found`, those of the file system and git; then some of it may be gone.
   */
  async purge(trashId: TrashId): Promise<void> {
    await this.#inTurn(trashId, async (record) => {
      const { db } = this.#deps;
      // What a restore has brought out of the trash is no longer there to be removed.
      if (record.state === "restoring") await sendAwayAgain(this.#deps, record);
      await db.write("full", async (tx, announce) => {
        await updateTrash(tx, trashId, { state: "purging" });
        announce.changed("trash", [trashId]);
      });
      await this.#purge(record);
    });
  }

  /** Finishes a restore or a purge that a crash interrupted. Faults: those of {@link restore} and {@link purge}. */
  async resume(record: TrashRecord): Promise<void> {
    await this.#deps.turns.run(record.sessionId ?? record.id, async () => {
      if (record.state === "purging") await this.#purge(record);
      if (record.state === "restoring") await this.#bringBack(record);
    });
  }

  /**
   * Lets go of the folders whose time is over by a clock that was not set wrong for a moment. The commits stay until a purge. A folder stays if it holds what no commit does: a repository
   * of its own, or files of which no checkpoint could be taken. Never rejects.
   */
  async expire(): Promise<void> {
    const { db, logger } = this.#deps;
    const now = this.#confirmed.look();
    for (const { id } of await listTrash(db.read)) {
      await this.#inTurn(id, async (record) => {
        const { expiresAt, worktree, holds } = record;
        if (record.state !== "kept" || worktree === null || expiresAt === null || now < expiresAt) return;
        const folders = toTrashFolders(worktree.path, id);
        if (holds === "folder") {
          if (!worktree.isPinned || (await holdsRepository(folders.worktree))) return;
          // First: after a crash, what is left of the folder is no longer what it comes back from.
          await db.write("full", async (tx, announce) => {
            await updateTrash(tx, id, { holds: "refs" });
            announce.changed("trash", [id]);
          });
        }
        await this.#deps.failpoint?.("expire.recorded");
        await emptyShelf(worktree.path, id, "worktree");
      }).catch((error: unknown) => {
        if (error instanceof DomainError && error.fault.kind === "trash_not_found") return;
        logger.warn({ err: error, trashId: id }, "A folder in the trash could not be removed after its time");
      });
    }
  }

  /** Ends the measuring in progress. */
  close(): Promise<void> {
    return this.#sizes.close();
  }

  /** Runs `work` on an entry of the trash while nothing else deletes, restores or purges it. Fault: `trash_not_found`. */
  async #inTurn<T>(trashId: TrashId, work: (record: TrashRecord) => Promise<T>): Promise<T> {
    const { db, turns } = this.#deps;
    const found = await findTrash(db.read, trashId);
    if (!found) throw new DomainError({ kind: "trash_not_found", trashId });
    return turns.run(found.sessionId ?? found.id, async () => {
      const record = await findTrash(db.read, trashId);
      if (!record || record.deletedAt === null) throw new DomainError({ kind: "trash_not_found", trashId });
      return work(record);
    });
  }

  async #bringBack(record: TrashRecord): Promise<void> {
    const { db, logger } = this.#deps;
    let back: BroughtBack | null;
    try {
      // What an expiry has begun to remove is not whole.
      if (record.holds === "refs" && record.worktree) await emptyShelf(record.worktree.path, record.id, "worktree");
      back = await bringSessionBack(this.#deps, record, { mayFill: record.worktree?.state === "live" });
    } catch (error) {
      await sendAwayAgain(this.#deps, record);
      await db.write("full", async (tx, announce) => {
        await updateTrash(tx, record.id, { state: "kept" });
        announce.changed("trash", [record.id]);
      });
      throw error;
    }
    // Before its row goes: after a crash, they are let go of again.
    await forgetPins(this.#deps, record).catch((error: unknown) =>
      logger.warn({ err: error, trashId: record.id }, "Refs of the trash are left"),
    );
    await this.#finish(record, back);
  }

  async #finish({ id, sessionId }: TrashRecord, back: BroughtBack | null): Promise<void> {
    const { db, time, failpoint } = this.#deps;
    await db.write("full", async (tx, announce) => {
      await deleteTrash(tx, id);
      if (sessionId !== null) {
        await updateSession(tx, sessionId, { deletedAt: null });
        const chatId = (await listChats(tx, sessionId)).find(({ closedAt }) => closedAt === null)?.id;
        if (back?.restored.isMoved && chatId) {
          const text = `This session was restored on the branch ${back.restored.branch}: its own had moved on, or is checked out elsewhere.`;
          const body = { type: "notice" as const, level: "warning" as const, text };
          await appendChatEvents(tx, announce, sessionId, [{ chatId, taskId: null, at: time.now(), body }]);
        }
        announce.changed("sessions", [sessionId], sessionId);
        announce.changed("worktrees", back ? [back.worktree.id] : [], sessionId);
      }
      announce.changed("trash", [id]);
    });
    await failpoint?.("restore.done");
  }

  async #purge(record: TrashRecord): Promise<void> {
    await purgeSession(this.#deps, record);
  }

  #toEntry(record: TrashRecord, chats: number): TrashEntry | null {
    const { id, kind, sessionId, projectId, title, branch, holds, isForced, deletedAt, expiresAt, worktree } = record;
    if (deletedAt === null || expiresAt === null) return null;
    const folder = holds === "folder" && worktree ? toTrashFolders(worktree.path, id).worktree : null;
    const size = folder === null ? null : (this.#sizes.get(folder)?.bytes ?? null);
    return { id, kind, sessionId, projectId, title, branch, holds, isForced, chats, deletedAt, expiresAt, size };
  }
}
