import { join } from "node:path";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { findSession } from "@boocode/db/stores/sessions/session-store";
import { insertTask } from "@boocode/db/stores/chats/task-store";
import { findTrashOfSession } from "@boocode/db/stores/sessions/trash-store";
import { ChatId, PromptId, type SessionId, TaskId } from "@boocode/shared/ids";
import { buildChat, buildTask } from "@boocode/shared/testing/build";
import type { DeleteRequest } from "@boocode/shared/worktrees/decide-delete";
import type { RiskProcess } from "@boocode/shared/worktrees/risk-report";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { Git } from "../../platform/git/git.ts";
import { KeyedMutex } from "../../platform/keyed-mutex.ts";
import { Locks } from "../../platform/locks.ts";
import { silentLogger } from "../../platform/logger.ts";
import { systemTime } from "../../platform/time.ts";
import type { CheckpointLimits } from "../../worktrees/checkpoints/collect-work.ts";
import { gatherRisk } from "../../worktrees/removal/gather-risk.ts";
import { describeFolder, describeGit } from "../../worktrees/removal/trash-fixture.ts";
import { WorktreeTrash } from "../../worktrees/removal/worktree-trash.ts";
import { createWorktreeSetup } from "../../worktrees/worktree-fixture.ts";
import { recoverDeletions } from "./recover-deletions.ts";
import { SessionDeletion } from "./session-deletion.ts";
import { SessionTrash } from "./session-trash.ts";

type Failpoint = (name: string) => void | Promise<void>;

export interface OpenInput {
  failpoint?: Failpoint;
  /** What does not stop. */
  left?: readonly RiskProcess[];
  now?: () => number;
  /** The limits of a checkpoint. */
  limits?: Partial<CheckpointLimits>;
  /** Called instead of stopping. */
  onStop?: () => Promise<void>;
  /** Called instead of waiting until what was applied is durable. */
  onSettleEdits?: (locks: Locks) => Promise<void>;
}

/** A repository, a store, and sessions in which something was asked, for tests that delete them. */
export async function createDeletionSetup() {
  const setup = await createWorktreeSetup();
  const { db, folder, home, repository, feed } = setup;
  const checkpointsDir = join(folder, "checkpoints");
  let used = 0;
  /** Adds a chat and a task that has ended, so that the session counts as used. */
  const use = async (sessionId: SessionId) => {
    const chatId = ChatId.parse(`chat-${++used}`);
    await db.write("full", async (tx) => {
      await insertChat(tx, buildChat({ id: chatId, sessionId }));
      const ended = { state: "completed" as const, startedAt: 1, endedAt: 2 };
      await insertTask(
        tx,
        buildTask({ id: TaskId.parse(`task-${used}`), promptId: PromptId.parse(`p-${used}`), chatId, sessionId, ...ended }),
      );
    });
  };
  /** The parts of one run of the daemon. Those of another run share only what is on disk. */
  const open = ({ failpoint, left = [], now = systemTime.now, onStop = async () => {}, onSettleEdits, limits = {} }: OpenInput = {}) => {
    const time = { ...systemTime, now };
    const gits: string[] = [];
    const git = new Git({
      env: { PATH: "/usr/bin:/bin", HOME: home },
      onStart: ([command = ""]) => gits.push(command),
      ...(failpoint && { failpoint }),
    });
    const locks = new Locks();
    const worktrees = setup.restart({ git, locks, limits });
    const logger = silentLogger();
    const trashDeps = {
      db,
      git,
      feed,
      locks,
      time,
      logger,
      worktrees,
      checkpointsDir,
      failpoint,
      installId: "install-1",
      trash: new WorktreeTrash({ git, failpoint }),
      turns: new KeyedMutex(),
    };
    const deletion = new SessionDeletion({
      ...trashDeps,
      gatherRisk: (subject) => gatherRisk({ db, git, time, listProcesses: async () => [] }, subject),
      stop: async () => {
        await onStop();
        return [...left];
      },
      settleEdits: async () => onSettleEdits?.(locks),
    });
    let hours = 0;
    // Between two looks of an expiry, time passes.
    const trash = new SessionTrash({ ...trashDeps, time: { ...time, elapsedMs: () => hours++ * 3_600_000 } });
    const recover = async () => (await recoverDeletions({ db, time, logger, deletion, trash }))();
    return { deletion, trash, gits, recover };
  };
  type Run = ReturnType<typeof open>;

  /** Deletes as a person does who consents to what is shown. */
  const force = async ({ deletion }: Run, sessionId: SessionId) => {
    const refused = await faultOf(deletion.delete(sessionId, UNFORCED));
    const consent = refused !== null && "consent" in refused ? refused.consent : null;
    return deletion.delete(sessionId, { force: true, consent });
  };
  /** Everything of a session that a deletion and a restore must bring back. */
  const describe = async (path: string, sessionId: SessionId) => ({
    isDeleted: (await findSession(db.read, sessionId))?.deletedAt !== null,
    deletion: await findTrashOfSession(db.read, sessionId),
    folder: await describeFolder(path).catch(() => null),
    git: await describeGit(repository.path, path),
    pins: await repository.git("for-each-ref", "--format=%(refname)", "refs/boocode/trash"),
  });
  return { ...setup, use, open, force, describe };
}
export type DeletionSetup = Awaited<ReturnType<typeof createDeletionSetup>>;

export const UNFORCED: DeleteRequest = { force: false, consent: null };

/** The fault of a call; null if it succeeded. */
export async function faultOf(call: Promise<unknown>): Promise<DomainError["fault"] | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.fault;
    throw error;
  }
}

/** Works until the wanted failpoint `place`, counted from 0, and then never again. Resolves with its name; null if the work ended before. */
export async function crashAt(
  place: number,
  isWanted: (name: string) => boolean,
  work: (failpoint: Failpoint) => Promise<unknown>,
): Promise<string | null> {
  const crashed = Promise.withResolvers<string>();
  const never = new Promise<never>(() => {});
  let passed = 0;
  const failpoint = async (name: string) => {
    if (passed <= place && !isWanted(name)) return;
    const here = passed++;
    if (here === place) crashed.resolve(name);
    if (here >= place) await never;
  };
  return Promise.race([crashed.promise, work(failpoint).then(() => null)]);
}
