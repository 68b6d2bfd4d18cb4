import { isDeepStrictEqual } from "node:util";
import type { Database } from "@boocode/db/database";
import { listStagedEdits } from "@boocode/db/stores/changes/staged-edit-store";
import type { StagedMove } from "@boocode/shared/changes/staged/staged-move";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";

/** Requires that each path has exactly the staged edit that is to move. Fault: `moved_on`. */
export async function requireStaged(db: Database, sessionId: SessionId, moves: readonly StagedMove[]): Promise<void> {
  if (moves.length === 0) return;
  const present = new Map((await listStagedEdits(db.read, sessionId)).map((edit) => [edit.path, edit]));
  const moved = moves.filter(({ path, from }) => !isDeepStrictEqual(present.get(path) ?? null, from));
  if (moved.length > 0) throw new DomainError({ kind: "moved_on", paths: moved.map(({ path }) => path) });
}
