import { cutText, cutTextStart } from "@boocode/shared/text/cut-text";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Database } from "@boocode/db/database";
import { findProject } from "@boocode/db/stores/project-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { findLiveWorktree, updateWorktree } from "@boocode/db/stores/worktree-store";
import type { ChatId, SessionId, WorktreeId } from "@boocode/shared/ids";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { SETUP_AUTHOR, WorktreePlan } from "@boocode/shared/worktrees/worktree-plan";
import { pause, type Time } from "../../platform/time.ts";
import { ConfinedFolder } from "../../platform/files/confined-folder.ts";
import type { Git } from "../../platform/git/git.ts";
import type { Logger } from "../../platform/logger.ts";
import { runProcess, type ProcessResult } from "../../platform/processes/process.ts";
import { toWorkMark } from "../../platform/processes/work-mark.ts";
import { quoteArgv } from "../../platform/processes/quote-argv.ts";
import { copyIgnored } from "./copy-ignored.ts";
import type { Trust } from "../../trust/trust.ts";
import { WORKTREE_PLAN_FILE } from "../../trust/trust-places.ts";
import type { PortBlocks } from "../ports/port-blocks.ts";
import type { Worktrees } from "../worktrees.ts";

export interface WorktreeSetupDeps {
  db: Database;
  git: Git;
  time: Time;
  logger: Logger;
  trust: Pick<Trust, "isTrusted">;
  /** The environment of the setup's programs: the allow-list and the markers. */
  env: Readonly<Record<string, string>>;
  ports: Pick<PortBlocks, "variables">;
  worktrees: Pick<Worktrees, "find" | "checkpointIdle" | "madeWithout">;
  /** Called with the trees of the checkpoints around the setup, if it changed files that checkpoints contain. */
  onSetUp(sessionId: SessionId, trees: { before: string; after: string }): Promise<unknown>;
}

/** How long the first prompt waits for a setup. */
const WAIT_MS = 10_000;
const LIMIT_MS = 15 * 60_000;
const MAX_PLAN_BYTES = 64 * 1024;
/** Output is reported in chunks limited in time and size; after a number of chunks, only its end is reported. */
const TELL_EVERY_MS = 1_000;
const MAX_TOLD_CHARS = 2_000;
const MAX_TOLD = 60;
const MAX_NAMED = 20;

type Say = (level: "info" | "warning", text: string) => Promise<void>;

/** Prepares a worktree for its first agent, if the person trusts the repository's setup. */
export class WorktreeSetup {
  readonly #deps: WorktreeSetupDeps;
  readonly #running = new Map<WorktreeId, Promise<void>>();
  readonly #closing = new AbortController();

  constructor(deps: WorktreeSetupDeps) {
    this.#deps = deps;
  }

  /**
   * Checks whether the repository is trusted and, if so, runs its setup of a new worktree once. Waits for the setup for at most ten
   * seconds; then it continues in the background. A failed setup is reported, and does not block the agent. The answer holds for the
   * worktree as the setup left it.
   */
  async prepare(worktree: Worktree, chatId: ChatId): Promise<{ projectTrusted: boolean }> {
    const projectTrusted = await this.#deps.trust.isTrusted(worktree);
    const { sessionId } = worktree;
    const without = sessionId === null ? [] : await this.#deps.worktrees.madeWithout(worktree);
    for (const text of without) await this.#say(sessionId!, chatId, "warning", text);
    if (!projectTrusted || sessionId === null || worktree.setUpAt !== null) return { projectTrusted };
    await this.#setUp(worktree, sessionId, chatId);
    // Nobody was shown what the setup brought: it may have copied settings of agents, or skills.
    return { projectTrusted: await this.#deps.trust.isTrusted(worktree) };
  }

  /** Ends the setups in progress. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running.values());
  }

  async #setUp(worktree: Worktree, sessionId: SessionId, chatId: ChatId): Promise<void> {
    const isFirst = !this.#running.has(worktree.id);
    const say: Say = (level, text) => this.#say(sessionId, chatId, level, text);
    const running = this.#running.get(worktree.id) ?? this.#begin(worktree, sessionId, say);
    const isLate = await Promise.race([running.then(() => false), pause(this.#deps.time, WAIT_MS).then(() => true)]);
    if (isLate && isFirst)
      await say(
        "info",
        "The worktree's setup is taking longer. It continues in the background while the agent starts, and its changes from now on count as part of that turn.",
      );
  }

  #begin(worktree: Worktree, sessionId: SessionId, say: Say): Promise<void> {
    const { db, time, logger } = this.#deps;
    const running = this.#carryOut(worktree, say)
      .catch(async (error: unknown) => {
        logger.warn({ err: error, sessionId }, "A worktree could not be set up");
        await say("warning", `The worktree's setup failed: ${error instanceof Error ? error.message : String(error)}`);
      })
      .then(async () => {
        // A setup that the daemon's shutdown interrupted runs again at the next prompt.
        if (this.#closing.signal.aborted) return;
        await db.write("normal", async (tx) => {
          const now = await findLiveWorktree(tx, sessionId);
          if (now?.id === worktree.id) await updateWorktree(tx, worktree.id, { setUpAt: time.now() });
        });
      })
      .catch((error: unknown) => logger.warn({ err: error, sessionId }, "The end of a worktree's setup could not be recorded"))
      .finally(() => this.#running.delete(worktree.id));
    this.#running.set(worktree.id, running);
    return running;
  }

  async #carryOut(worktree: Worktree, say: Say): Promise<void> {
    const plan = await readPlan(worktree.path);
    if (plan === null) return;
    if (typeof plan === "string") return say("warning", `${WORKTREE_PLAN_FILE} cannot be used: ${plan}`);
    const project = await findProject(this.#deps.db.read, worktree.projectId);
    if (project && plan.copy.length > 0) await this.#copy(project.path, worktree.path, plan.copy, say);
    if (!plan.setup) return;
    const before = await this.#hold(worktree, null);
    await this.#run(worktree, plan.setup, say);
    const after = before && (await this.#hold(worktree, SETUP_AUTHOR));
    if (after && worktree.sessionId !== null) await this.#deps.onSetUp(worktree.sessionId, { before: before.tree, after: after.tree });
  }

  /**
   * Takes a checkpoint, so that the person's changes before the setup and the setup's own are kept apart; null while a turn runs: then the
   * changes belong to the turn.
   */
  async #hold({ sessionId }: Worktree, author: typeof SETUP_AUTHOR | null): Promise<Checkpoint | null> {
    const { db, worktrees } = this.#deps;
    const worktree = sessionId === null ? null : await worktrees.find(sessionId);
    if (sessionId === null || !worktree) return null;
    const isIdle = async () => (await listOpenTasks(db.read, sessionId)).every(({ state }) => state !== "running");
    return worktrees.checkpointIdle(worktree, { author, isIdle });
  }

  async #copy(from: string, to: string, patterns: readonly string[], say: Say): Promise<void> {
    const { copied, left } = await copyIgnored(this.#deps.git, from, to, patterns);
    if (copied.length > 0) await say("info", `Copied from the project's checkout: ${toList(copied)}`);
    if (left.length > 0) await say("warning", `Not copied from the project's checkout: ${toList(left)}`);
  }

  async #run({ id, path: cwd, sessionId }: Worktree, argv: readonly string[], say: Say): Promise<void> {
    const ports = await this.#deps.ports.variables({ id });
    const env = { ...this.#deps.env, ...ports, ...(sessionId !== null && toWorkMark(sessionId, null)) };
    const { time } = this.#deps;
    const startedAt = time.elapsedMs();
    await say("info", `Setting up the worktree: ${quoteArgv(argv)}`);
    const teller = new OutputTeller(this.#deps.time, say);
    let result: ProcessResult;
    try {
      result = await runProcess({
        file: argv[0]!,
        argv: argv.slice(1),
        cwd,
        env,
        timeoutMs: LIMIT_MS,
        maxOutputBytes: 64 * 1024,
        signal: this.#closing.signal,
        onOutput: (_, chunk) => teller.add(chunk.toString("utf8")),
      });
    } finally {
      await teller.close();
    }
    const { exitCode, signal, timedOut, aborted } = result;
    if (aborted) return;
    const seconds = Math.max(0, Math.round((time.elapsedMs() - startedAt) / 1_000));
    if (exitCode === 0) return say("info", `The worktree is set up (${seconds} s).`);
    const how = timedOut
      ? `was stopped after ${LIMIT_MS / 60_000} minutes`
      : `ended with ${exitCode === null ? signal : `exit code ${exitCode}`}`;
    await say("warning", `The worktree's setup ${how}. The agent works in it as it is.`);
  }

  async #say(sessionId: SessionId, chatId: ChatId, level: "info" | "warning", text: string): Promise<void> {
    const { db, time } = this.#deps;
    const body = { type: "notice" as const, level, text: cutText(text, 4_000) };
    await db.write("normal", (tx, announce) => appendChatEvents(tx, announce, sessionId, [{ chatId, taskId: null, at: time.now(), body }]));
  }
}

/** Reports a program's output in limited chunks, in order. */
class OutputTeller {
  readonly #time: Pick<Time, "after">;
  readonly #say: Say;
  #waiting = "";
  #told = 0;
  #last: Promise<void> = Promise.resolve();
  #stopTimer: (() => void) | null = null;

  constructor(time: Pick<Time, "after">, say: Say) {
    this.#time = time;
    this.#say = say;
  }

  add(text: string): void {
    this.#waiting = cutTextStart(`${this.#waiting}${text}`, MAX_TOLD_CHARS);
    this.#stopTimer ??= this.#time.after(TELL_EVERY_MS, () => this.#tell());
  }

  async close(): Promise<void> {
    this.#stopTimer?.();
    this.#tell(true);
    await this.#last;
  }

  #tell(isEnd = false): void {
    this.#stopTimer = null;
    const text = this.#waiting.trim();
    if (text === "" || (this.#told >= MAX_TOLD && !isEnd)) return;
    this.#waiting = "";
    this.#told += 1;
    this.#last = this.#last.then(() => this.#say("info", text)).catch(() => {});
  }
}

/** Returns whether a repository defines a setup for new worktrees, or its definition could not be read. */
export async function hasWorktreePlan(path: string): Promise<boolean> {
  try {
    return (await (await ConfinedFolder.open(path)).kindOf(WORKTREE_PLAN_FILE)) !== null;
  } catch {
    return true;
  }
}

/** Reads the plan; returns null if there is none, or a text that says why it cannot be used. */
async function readPlan(path: string): Promise<WorktreePlan | string | null> {
  const folder = await ConfinedFolder.open(path);
  if ((await folder.kindOf(WORKTREE_PLAN_FILE).catch(() => null)) === null) return null;
  try {
    const { bytes } = await folder.readFile(WORKTREE_PLAN_FILE, MAX_PLAN_BYTES);
    const plan = WorktreePlan.safeParse(JSON.parse(bytes.toString("utf8")));
    if (plan.success) return plan.data;
    const issue = plan.error.issues[0];
    return `${issue?.path.join(".") || "it"}: ${issue?.message ?? "not valid"}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function toList(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
