import type { Database } from "@boocode/db/database";
import { listTrash } from "@boocode/db/stores/trash-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { decideTrashRecovery } from "@boocode/shared/trash/decide-trash-step";
import type { TrashRecord } from "@boocode/shared/trash/trash-entry";
import type { Logger } from "../../platform/logger.ts";
import type { SessionDeletion } from "./session-deletion.ts";
import type { SessionTrash } from "./session-trash.ts";

export interface RecoverDeletionsDeps {
  db: Database;
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
    (error: unknown) => {
      if (error instanceof DomainError && (error.fault.kind === "work_at_risk" || error.fault.kind === "risk_unknown")) return;
      logger.warn({ err: error, trashId: id }, "A deletion that was interrupted could not be settled");
    };
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
    if (isBack && sessionId !== null) later.push(() => deletion.delete(sessionId, { force: false, consent: null }).catch(warn(record)));
  }
  return async () => {
    for (const settle of later) await settle();
  };
}
