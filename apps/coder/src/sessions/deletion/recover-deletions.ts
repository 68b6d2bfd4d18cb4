import type { Database } from "@boocode/db/database";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { listChats } from "@boocode/db/stores/chats/chat-store";
import { listTrash } from "@boocode/db/stores/sessions/trash-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import { decideTrashRecovery } from "@boocode/shared/trash/decide-trash-step";
import type { TrashRecord } from "@boocode/shared/trash/trash-entry";
import type { Logger } from "../../platform/logger.ts";
import type { Time } from "../../platform/time.ts";
import type { SessionDeletion } from "./session-deletion.ts";
import type { SessionTrash } from "./session-trash.ts";

export interface RecoverDeletionsDeps {
  db: Database;
  time: Pick<Time, "now">;
  logger: Logger;
  deletion: Pick<SessionDeletion, "undo" | "delete">;
  trash: Pick<SessionTrash, "resume">;
}

/**
 * Settles the deletions that a crash interrupted, before anything is dispatched: what had been moved is where it was again when this
 * resolves. Returns what is still to be done, which may take a while and may be done beside everything else: looking at the sessions anew,
 * never forced, and finishing purges. Neither rejects.
 */
export async function recoverDeletions(deps: RecoverDeletionsDeps): Promise<() => Promise<void>> {
  const { db, logger, deletion, trash } = deps;
  const later: (() => Promise<unknown>)[] = [];
  const warn =
    ({ id }: TrashRecord) =>
    (error: unknown) =>
      logger.warn({ err: error, trashId: id }, "A deletion that was interrupted could not be settled");
  for (const record of await listTrash(db.read)) {
    const settling = decideTrashRecovery(record.state);
    if (settling === "restore") await trash.resume(record).catch(warn(record));
    if (settling === "purge") later.push(() => trash.resume(record).catch(warn(record)));
    if (settling !== "judge" && settling !== "bring_back_and_judge") continue;
    const { sessionId } = record;
    const isBack = await deletion.undo(record).then(
      () => true,
      () => false,
    );
    if (!isBack || sessionId === null) continue;
    const judge = () => deletion.delete(sessionId, { force: false, consent: null });
    later.push(() => judge().catch((error: unknown) => noteKept(deps, sessionId, error).catch(warn(record))));
  }
  return async () => {
    for (const settle of later) await settle();
  };
}

/** Says in the session why it is still there. */
async function noteKept({ db, time }: RecoverDeletionsDeps, sessionId: SessionId, error: unknown): Promise<void> {
  if (!(error instanceof DomainError)) throw error;
  const text = `BooCode stopped while this session was being deleted. It was not deleted${toReason(error)} Nothing of it is lost.`;
  await db.write("full", async (tx, announce) => {
    const chatId = (await listChats(tx, sessionId)).find(({ closedAt }) => closedAt === null)?.id;
    if (chatId === undefined) return;
    await appendChatEvents(tx, announce, sessionId, [
      { chatId, taskId: null, at: time.now(), body: { type: "notice", level: "warning", text } },
    ]);
  });
}

function toReason({ fault }: DomainError): string {
  if (fault.kind === "work_at_risk") return ", because work would have been lost: look at it before you delete it again.";
  if (fault.kind === "risk_unknown") return `, because it could not be told what would be lost. ${fault.reason}`;
  return ".";
}
