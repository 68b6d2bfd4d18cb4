import type { Database } from "@boocode/db/database";
import { updateEdit } from "@boocode/db/stores/changes/edit-store";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Logger } from "../../platform/logger.ts";
import { writeOrLater } from "../../platform/retry-write.ts";
import type { Time } from "../../platform/time.ts";
import { toPathTexts } from "./to-edit-error.ts";

export interface CloseDeps {
  db: Database;
  time: Pick<Time, "now" | "after">;
  logger: Logger;
}

/** Records that an edit has ended without being done. With a full disk that is recorded later. */
export async function closeEdit(deps: CloseDeps, edit: Edit, state: "failed" | "needs_attention", cause: unknown): Promise<void> {
  const { db, time } = deps;
  await writeOrLater(deps, () =>
    db.write("full", async (tx, announce) => {
      await updateEdit(tx, edit.id, { state, reason: toReason(cause), endedAt: time.now() });
      announce.changed("changes", [], edit.sessionId);
    }),
  );
}

/** Stops at an edit that only a person can decide about. Nothing more is written. Fault: `edit_needs_attention`, always. */
export async function askPerson({ db, time }: CloseDeps, edit: Edit, paths: readonly string[]): Promise<never> {
  const reason = `Other content is at ${toPathTexts(paths).slice(0, 5).join(", ")}${paths.length > 5 ? ", …" : ""}`;
  await db.write("full", async (tx, announce) => {
    await updateEdit(tx, edit.id, { state: "needs_attention", reason, endedAt: time.now() });
    announce.changed("changes", [], edit.sessionId);
  });
  throw new DomainError({ kind: "edit_needs_attention", editId: edit.id, paths: toPathTexts(paths) });
}

/** Converts what went wrong into what is stored with the edit. */
export function toReason(cause: unknown): string {
  if (typeof cause === "string") return cause;
  return cause instanceof Error ? cause.message.slice(0, 1_000) : "It was interrupted";
}
