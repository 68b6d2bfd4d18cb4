import { KeyedMutex } from "./platform/keyed-mutex.ts";
import { pause } from "./platform/time.ts";
import { recoverDeletions } from "./sessions/deletion/recover-deletions.ts";
import { SessionDeletion, type SessionDeletionDeps } from "./sessions/deletion/session-deletion.ts";
import { SessionTrash, type SessionTrashDeps } from "./sessions/deletion/session-trash.ts";
import { stopSession, type StopSessionDeps } from "./sessions/deletion/stop-session.ts";
import type { BackgroundProcesses } from "./agents/background-processes.ts";
import { gatherRisk, type GatherRiskDeps, type RiskSubject } from "./worktrees/removal/gather-risk.ts";
import { WorktreeTrash } from "./worktrees/removal/worktree-trash.ts";
import { type OrphanRemoval, removeOrphan } from "./worktrees/sweep/remove-orphan.ts";
import { WorktreeSweep } from "./worktrees/sweep/worktree-sweep.ts";

export interface DeletionInput
  extends
    Omit<SessionTrashDeps, "turns" | "trash">,
    Omit<StopSessionDeps, "time" | "background">,
    Pick<SessionDeletionDeps, "settleEdits"> {
  background: BackgroundProcesses;
  listProcesses: GatherRiskDeps["listProcesses"];
  worktreesDir: string;
  /** Lets go of what else was kept for a time, as often as the trash does. Never rejects. */
  expireOthers(): Promise<void>;
}

/** When folders whose time is over are looked for: first a while after the start, then again and again. */
const FIRST_EXPIRY_MS = 60_000;
const EXPIRY_MS = 60 * 60 * 1_000;
/** How long a shutdown waits for a deletion. What is not done by then is settled at the next start. */
const CLOSE_MS = 1_000;

/** Builds what deletes sessions and keeps them in the trash. */
export function makeDeletion(input: DeletionInput) {
  const { db, git, time, listProcesses } = input;
  const trashDeps = { ...input, trash: new WorktreeTrash(input), turns: new KeyedMutex() };
  const looking = { gatherRisk: (subject: RiskSubject) => gatherRisk({ db, git, time, listProcesses }, subject) };
  const orphans: OrphanRemoval = {
    cleanUp: (worktreeId, request) => removeOrphan({ ...trashDeps, ...looking }, worktreeId, request),
  };
  const deletion = new SessionDeletion({
    ...trashDeps,
    ...looking,
    stop: (sessionId, cancelsTasks) => stopSession(input, sessionId, cancelsTasks),
  });
  const trash = new SessionTrash(trashDeps);
  const sweep = new WorktreeSweep({ ...input, remove: (id) => orphans.cleanUp(id, { force: false, consent: null }) });
  let beside: Promise<void> = Promise.resolve();
  let stopTimer = () => {};
  const expireLater = (ms: number) => {
    stopTimer = time.after(ms, () => {
      beside = beside.then(() => trash.expire()).then(() => input.expireOthers());
      expireLater(EXPIRY_MS);
    });
  };
  return {
    served: { deletion, trash, orphans },
    sweep,
    /**
     * Brings back what a crash interrupted. Call it before anything else is recovered, and the returned function afterwards: it begins what
     * takes longer, which goes on by itself.
     */
    recover: async () => {
      const settleRest = await recoverDeletions({ ...input, deletion, trash });
      return () => {
        beside = settleRest();
        expireLater(FIRST_EXPIRY_MS);
      };
    },
    close: async () => {
      stopTimer();
      await trash.close();
      await Promise.race([Promise.all([deletion.settle(), beside, sweep.close()]), pause(time, CLOSE_MS)]);
    },
  };
}
