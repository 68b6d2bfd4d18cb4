import { uptime } from "node:os";
import type { Database } from "@boocode/db/database";
import { findEdit } from "@boocode/db/stores/changes/edit-store";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import type { Logger } from "../../../platform/logger.ts";
import type { Time } from "../../../platform/time.ts";
import type { EditPlace } from "../files/edit-place.ts";
import { removeLeftTemporaries } from "../files/remove-left-temporaries.ts";
import { toPathTexts } from "../to-edit-error.ts";
import type { Aheads } from "./aheads.ts";
import { findLost } from "./find-lost.ts";
import { toFindAhead } from "./look-again.ts";

export interface BringBackDeps {
  db: Database;
  aheads: Aheads;
  logger: Logger;
  time: Pick<Time, "now">;
  /** Called at named points so that a test can crash there. */
  failpoint?: (name: string) => void | Promise<void>;
}

/**
 * Finishes what is stored for edits that ended before all their files were durable. What cannot be looked at now is kept for the next start,
 * and logged. `withLocks` runs the work under the locks of an edit's roots, and returns null if its project or worktree is gone.
 */
export async function bringBackAll<Ground>(
  deps: BringBackDeps & { openPlace: (ground: Ground) => Promise<EditPlace> },
  withLocks: (edit: Edit, work: (ground: Ground) => Promise<void>) => Promise<unknown>,
): Promise<void> {
  const { db, aheads, logger, openPlace } = deps;
  for (const id of await aheads.list()) {
    try {
      const edit = await findEdit(db.read, id);
      if (edit === null) await aheads.drop(id);
      else if (edit.endedAt !== null && edit.state !== "needs_attention") {
        if ((await aheads.read(id)) === null) await aheads.drop(id);
        else if (edit.state === "done") await withLocks(edit, async (ground) => bringBackLost(deps, await openPlace(ground), edit));
        aheads.flush(id);
      }
    } catch (error) {
      logger.error({ err: error, editId: id }, "What a power cut may have taken of an edit could not be looked at");
    }
  }
}

/**
 * Brings back what a power cut has taken of an edit that was done. What anybody may have changed since stays as it is. The caller holds the
 * locks of the edit's roots. Errors: `MovedOn`, `WriteRefused`; what is kept stays kept then.
 */
async function bringBackLost({ aheads, logger, time, failpoint = () => {} }: BringBackDeps, place: EditPlace, edit: Edit): Promise<void> {
  const ahead = await aheads.read(edit.id);
  if (ahead === null) return;
  const { lost, left } = await findLost(place, edit, ahead);
  const hasRestarted = time.now() - uptime() * 1_000 > edit.endedAt!;
  if (hasRestarted && left.length > 0)
    logger.warn(
      { editId: edit.id, paths: toPathTexts(left) },
      "Files of an edit differ after a restart of the machine and stay as they are",
    );
  if (lost.size === 0) return;
  const paths = [...lost.keys()].map(({ path }) => path);
  // Bringing back one changes its folder, which tells of others there.
  aheads.noteLost(edit.id, [...new Set([...ahead.lost, ...paths])]);
  await removeLeftTemporaries(place, edit.files);
  const writers = place.toWriters([...lost.values()], edit.files, failpoint, { findAhead: toFindAhead(ahead.files) });
  try {
    for (const writer of writers) await writer.prepare();
    for (const writer of writers) await writer.check();
    for (const writer of writers) await writer.swap();
  } catch (error) {
    await Promise.all(writers.map((writer) => writer.discard()));
    throw error;
  }
  logger.warn({ editId: edit.id, paths: toPathTexts(paths) }, "A power cut had taken files of an edit: they are back");
}
