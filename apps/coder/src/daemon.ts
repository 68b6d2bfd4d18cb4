import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { openDatabase } from "@boocode/db/open-database";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId } from "@boocode/shared/ids";
import { Access, DAEMON_TOKEN_FORM, makeDaemonToken } from "./access/access.ts";
import { AgentPool } from "./agents/agent-pool.ts";
import { AgentCatalog } from "./agents/agents.ts";
import { PermissionDesk } from "./agents/permission-desk.ts";
import { INSTALL_MARKER, reapOrphans, RUN_MARKER } from "./agents/reap-orphans.ts";
import { EventStream } from "./api/stream/event-stream.ts";
import { Health } from "./api/http/health.ts";
import { startServer, type ConnectionLimits, type Server } from "./api/http/server.ts";
import type { SocketLimits } from "./api/http/socket-server.ts";
import type { AgentBackend } from "@boocode/shared/agents/agent-backend";
import { NativeBackend } from "./backends/native/native-backend.ts";
import { captureChanges, type CapturedSetup } from "./changes/capture-changes.ts";
import { createPendingChanges } from "./changes/pending-changes.ts";
import { createChats } from "./chats/chats.ts";
import { createHistory } from "./chats/history.ts";
import type { Config } from "./config.ts";
import { startDemoModel } from "./demo/demo-model.ts";
import { Feed } from "./feed/feed.ts";
import { makeBackends } from "./make-backends.ts";
import { readOrMakeValue } from "./platform/files/durable-file.ts";
import { findPortHolder } from "./platform/processes/find-port-holder.ts";
import { Git } from "./platform/git/git.ts";
import { InstanceHeldError, takeInstanceLock, type InstanceLock } from "./platform/instance-lock.ts";
import { openLog, type Logger } from "./platform/logger.ts";
import { ProgramStarter } from "./platform/processes/program-starter.ts";
import { systemTime } from "./platform/time.ts";
import { Projects } from "./projects/projects.ts";
import { createSessions } from "./sessions/sessions.ts";
import { WarmUp } from "./sessions/warm-up.ts";
import { SettingsStore } from "./settings/settings.ts";
import { recallTurn } from "./tasks/recall-turn.ts";
import { recoverTasks } from "./tasks/recover-tasks.ts";
import type { WorktreeGuard } from "./tasks/run-ports.ts";
import { salvageTurn } from "./tasks/salvage-turn.ts";
import { createDispatcher, createTasks } from "./tasks/tasks.ts";
import { resolveBase } from "./worktrees/making/resolve-base.ts";
import { Trust } from "./trust/trust.ts";
import { WorktreeInventory } from "./worktrees/upkeep/worktree-inventory.ts";
import { createWorktreeRisk } from "./worktrees/upkeep/worktree-risk.ts";
import { WorktreeSetup } from "./worktrees/setup/worktree-setup.ts";
import { WorktreeWatch } from "./worktrees/watch/worktree-watch.ts";
import { Worktrees } from "./worktrees/worktrees.ts";

/** Why the daemon did not start. Its message is for the person. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly reason: "already_running" | "port_taken" | "storage";

  constructor(reason: StartError["reason"], message: string, cause: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

export interface Daemon {
  /** `http://127.0.0.1:9502`, with the port it got. */
  readonly address: string;
  /** Its own, as it was at the start. */
  readonly token: string;
  readonly logger: Logger;
  /** Ends everything in order, within five seconds. Idempotent. */
  close(): Promise<void>;
}

/** What a test may set otherwise than a person can. */
export interface DaemonOptions {
  /** Pace of the demo model. */
  demoWordsPerSecond?: number;
  socketLimits?: Partial<SocketLimits>;
  connectionLimits?: Partial<ConnectionLimits>;
  /** In place of the built-in agent's. */
  backend?: AgentBackend;
  /** How long git may take to say its version, in milliseconds. */
  gitCheckLimitMs?: number;
  /** Called before each write of the store and each command of git that changes something: a test may crash there. */
  failpoint?: (name: string) => void | Promise<void>;
}

/** Starts everything, lowest floor first, and serves. What was started is closed again where a later part fails. Throws {@link StartError}. */
export async function startDaemon(config: Config, options: DaemonOptions = {}): Promise<Daemon> {
  const lock = await takeInstanceLock(config.dataDir).catch((error: unknown) => {
    if (error instanceof InstanceHeldError) throw new StartError("already_running", error.message, error);
    throw new StartError("storage", `The data directory ${config.dataDir} cannot be used: ${(error as Error).message}`, error);
  });
  const parts = new AsyncDisposableStack();
  parts.defer(() => lock.release());
  try {
    const daemon = await build(config, options, lock, parts);
    return daemon;
  } catch (error) {
    await parts.disposeAsync();
    throw await toStartError(error, config);
  }
}

async function build(config: Config, options: DaemonOptions, lock: InstanceLock, parts: AsyncDisposableStack): Promise<Daemon> {
  const time = systemTime;
  const startedAt = time.now();
  const tokenFile = config.token === null ? join(config.dataDir, "token") : null;
  const token = config.token ?? readOrMakeValue(join(config.dataDir, "token"), DAEMON_TOKEN_FORM, makeDaemonToken);
  const installId = readOrMakeValue(join(config.dataDir, "install-id"), /^[0-9a-f-]{36}$/, randomUUID);
  const runId = randomUUID();
  const agentEnv = { ...config.agentEnv, [INSTALL_MARKER]: installId, [RUN_MARKER]: runId };
  const keys = config.modelEndpoints.flatMap(({ apiKey }) => apiKey ?? []);
  const log = openLog({
    level: config.logLevel,
    folder: join(config.dataDir, "logs"),
    stderr: config.logFormat,
    secrets: [token, ...keys],
  });
  parts.defer(() => log.close());
  const { logger } = log;

  const failpoint = options.failpoint === undefined ? {} : { failpoint: options.failpoint };
  const feed = new Feed();
  const db = await openDatabase({ file: join(config.dataDir, "boocode.db"), feed, ...failpoint });
  parts.defer(() => db.close());
  const settings = new SettingsStore(db);
  const access = new Access({ database: db, time, daemonToken: token, tokenFile });
  // Without the markers: it ends with this process, whatever ends that.
  const starter = new ProgramStarter({
    env: config.agentEnv,
    onDied: (exit) => logger.warn({ ...exit }, "The process that starts git ended"),
  });
  parts.defer(() => starter.close());
  // With the markers: a git that outlives a killed daemon is ended at the next start, so that its locks have no owner.
  const checkLimit = options.gitCheckLimitMs === undefined ? {} : { checkLimitMs: options.gitCheckLimitMs };
  const git = new Git({ env: agentEnv, scheduler: time, clock: time, start: starter.start, ...checkLimit, ...failpoint });
  // Not waited for: without git, or with one that never answers, the page still opens and says so.
  void git.check().then(({ ok, version, reason }) => {
    if (!ok) logger.warn({ version, reason }, "Git cannot be used");
  });
  const worktrees = new Worktrees({
    db,
    git,
    time,
    worktreesDir: config.worktreesDir,
    checkpointsDir: join(config.dataDir, "checkpoints"),
    installId,
  });

  const demoModel = await startDemoModel(options.demoWordsPerSecond === undefined ? {} : { wordsPerSecond: options.demoWordsPerSecond });
  parts.defer(() => demoModel.close());
  const demo = { id: "coder", baseUrl: demoModel.baseUrl, apiKey: demoModel.apiKey, isScripted: true };
  const endpoints = [...config.modelEndpoints, demo];
  const native =
    options.backend ??
    new NativeBackend({
      endpoints,
      defaultModel: config.defaultModel,
      history: createHistory(db),
      logger: logger.child({ part: "native" }),
    });
  const onLearned = () => void agents.noteLearned();
  const { backends, resetCircuits, kinds } = makeBackends({ config, endpoints, native, time, logger, onLearned });
  parts.defer(() => backends.close());
  const taskDeps = { db, time, logger };
  const pool = new AgentPool({
    backends,
    time,
    logger,
    limits: { maxLive: config.pool.maxLive, idleTtlMs: config.pool.idleTtlMs },
    env: agentEnv,
    onChanged: (sessionId, chatId) => feed.changed({ noun: "agentSessions", ids: [chatId], sessionId }),
    onResumed: (input, conversation) => recallTurn(taskDeps, { chatId: input.chatId, agent: input.agent }, conversation),
  });
  parts.defer(() => pool.close());

  const permissions = new PermissionDesk({ db, time, logger });
  const capture = captureChanges({ db, git, worktrees });
  const trust = new Trust({ db, git, feed, time });
  const onSetUp = (sessionId: SessionId, setup: CapturedSetup) => capture(sessionId, { setup });
  const worktreeSetup = new WorktreeSetup({ db, git, time, logger, trust, env: agentEnv, worktrees, onSetUp });
  const worktreeWatch = new WorktreeWatch({ db, feed, time, logger, onGone: (sessionId) => pool.retireSession(sessionId) });
  parts.defer(() => worktreeWatch.close());
  const guard: WorktreeGuard = {
    prepare: (worktree, chatId) => worktreeSetup.prepare(worktree, chatId),
    watch: (worktree, onGone) => worktreeWatch.watch(worktree, onGone),
  };
  const dispatcher = createDispatcher({ ...taskDeps, pool, worktrees, captureChanges: capture, permissions, guard });
  parts.defer(() => dispatcher.close());
  // Before the dispatcher: a turn that waits for its setup must not hold it up.
  parts.defer(() => worktreeSetup.close());
  const { version, agentsFile, defaultModel } = config;
  const probe = { backends, env: config.agentEnv, agentsFile, cwd: config.dataDir, version, defaultModel };
  const agents = new AgentCatalog({ db, feed, time, pool, probe, onRefresh: resetCircuits });
  const tasks = createTasks({ ...taskDeps, dispatcher, findAgent: (id) => agents.find(id) });
  const projects = new Projects({
    db,
    git,
    time,
    dataDir: config.dataDir,
    worktreesDir: config.worktreesDir,
    home: config.home,
    demoIdentity: { name: "BooCode", email: "demo@boocode.invalid" },
  });
  const sessions = createSessions({ db, time, pool, hasCommit: (project, ref) => hasCommit(git, project.path, ref) });
  const chats = createChats({ db, time, tasks, pool, readSettings: () => settings.read() });
  const pendingChanges = createPendingChanges({ db, git, worktrees, captureChanges: capture });

  const inventory = new WorktreeInventory({ db, git, feed, time, worktrees, worktreesDir: config.worktreesDir });
  parts.defer(() => inventory.close());
  const worktreeRisk = createWorktreeRisk({ db, git, feed, time, worktrees, installId, inventory, onRepaired: (id) => capture(id) });

  await reapOrphans({ installId, runId, logger });
  await recoverTasks(taskDeps, salvageTurn({ db, git, worktrees, captureChanges: capture }));
  await permissions.recover();

  const server = await startServer({
    host: config.host,
    port: config.port,
    allowedHosts: config.allowedHosts,
    webDir: config.webDir,
    parts: {
      projects,
      sessions,
      chats,
      tasks,
      agents,
      warmUp: new WarmUp({ db, pool, worktrees, trust, logger }),
      permissions,
      pendingChanges,
      trust,
      worktreeRisk,
      worktreeWatch,
      settings,
      access,
      events: new EventStream(db, feed),
    },
    access,
    health: new Health({
      version: config.version,
      startedAt,
      time,
      database: db,
      git: () => git.health,
      agents: () => ({ live: pool.size, max: config.pool.maxLive, backends: kinds }),
    }),
    logger,
    ...(options.socketLimits === undefined ? {} : { socketLimits: options.socketLimits }),
    ...(options.connectionLimits === undefined ? {} : { connectionLimits: options.connectionLimits }),
  });
  parts.defer(() => server.close());
  lock.announce(server.address);
  dispatcher.wake();
  logger.info({ address: server.address, version: config.version, startMs: time.now() - startedAt }, "The daemon is ready");
  return toDaemon(server, token, logger, parts);
}

function toDaemon(server: Server, token: string, logger: Logger, parts: AsyncDisposableStack): Daemon {
  let closing: Promise<void> | null = null;
  return {
    address: server.address,
    token,
    logger,
    close: () => {
      closing ??= (async () => {
        logger.info("The daemon stops");
        await parts.disposeAsync();
      })();
      return closing;
    },
  };
}

async function toStartError(error: unknown, { port }: Config): Promise<unknown> {
  if (error instanceof DomainError && error.fault.kind === "storage_failed") return new StartError("storage", error.fault.reason, error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" && port < 1_024)
    return new StartError("port_taken", `Port ${port} needs privileges. Choose another with --port.`, error);
  if (code !== "EADDRINUSE") return error;
  const holder = await findPortHolder(port);
  const isOurs = holder?.argv.some((part) => part.endsWith("apps/coder/src/main.ts")) ?? false;
  const who = isOurs && holder ? `another BooCode, process ${holder.pid}` : "another program";
  return new StartError("port_taken", `Port ${port} is taken by ${who}. Choose another with --port.`, error);
}

async function hasCommit(git: Git, projectPath: string, ref: string): Promise<boolean> {
  try {
    await resolveBase(git, projectPath, ref, null);
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.fault.kind === "base_ref_not_found") return false;
    throw error;
  }
}
