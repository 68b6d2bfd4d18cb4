import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { openDatabase } from "@boocode/db/open-database";
import type { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import { Access, DAEMON_TOKEN_FORM, makeDaemonToken } from "./access/access.ts";
import { BackgroundProcesses } from "./agents/background-processes.ts";
import { PermissionDesk } from "./agents/permission-desk.ts";
import { INSTALL_MARKER, reapOrphans, RUN_MARKER } from "./agents/reap-orphans.ts";
import { EventStream } from "./api/stream/event-stream.ts";
import { Health } from "./api/http/health.ts";
import { startServer, type Server } from "./api/http/server.ts";
import { NativeBackend } from "./backends/native/native-backend.ts";
import type { CapturedSetup } from "./changes/change-capture.ts";
import { StagedEdits } from "./changes/staged/staged-edits.ts";
import { StagedViews } from "./changes/staged/staged-views.ts";
import { DailyBackups } from "./backups/daily-backups.ts";
import { Blobs } from "./blobs/blobs.ts";
import { Chats } from "./chats/chats.ts";
import { ChatHistory } from "./chats/history.ts";
import type { Config } from "./config.ts";
import type { DaemonOptions } from "./daemon-options.ts";
import { startDemoModel } from "./demo/demo-model.ts";
import { Feed } from "./feed/feed.ts";
import { makeAgents } from "./make-agents.ts";
import { makeBackends } from "./make-backends.ts";
import { makeChanges } from "./make-changes.ts";
import { makeComposing } from "./make-composing.ts";
import { makeReading } from "./make-reading.ts";
import { makeDeletion } from "./make-deletion.ts";
import { makeGit } from "./make-git.ts";
import { makeTerminals } from "./make-terminals.ts";
import { makeUpkeep } from "./make-upkeep.ts";
import { readOrMakeValue } from "./platform/files/durable-file.ts";
import { Git } from "./platform/git/git.ts";
import { InstanceHeldError, takeInstanceLock } from "./platform/instance-lock.ts";
import { Locks } from "./platform/locks.ts";
import { openLog } from "./platform/logger.ts";
import { ProgramStarter } from "./platform/processes/program-starter.ts";
import { systemTime } from "./platform/time.ts";
import { StartError, toStartError } from "./start-error.ts";
import { Projects } from "./projects/projects.ts";
import { Sessions } from "./sessions/sessions.ts";
import { WarmUp } from "./sessions/warm-up.ts";
import { Endpoints } from "./settings/endpoints.ts";
import { SettingsStore } from "./settings/settings.ts";
import { recoverTasks } from "./tasks/recover-tasks.ts";
import type { WorktreeGuard } from "./tasks/run/run-ports.ts";
import { salvageTurn } from "./tasks/salvage-turn.ts";
import { Dispatcher } from "./tasks/dispatcher.ts";
import { Tasks } from "./tasks/tasks.ts";
import { Adoption } from "./worktrees/adopting/adoption.ts";
import { hasBase } from "./worktrees/making/resolve-base.ts";
import { toDaemon, type Daemon } from "./to-daemon.ts";
import { UsageReports } from "./usage/usage-reports.ts";
import { Trust } from "./trust/trust.ts";
import { PortBlocks } from "./worktrees/ports/port-blocks.ts";
import { WorktreeSetup } from "./worktrees/setup/worktree-setup.ts";
import { WorktreeWatch } from "./worktrees/watch/worktree-watch.ts";
import { Worktrees } from "./worktrees/worktrees.ts";

/**
 * Starts everything, lowest floor first, and begins to serve. If a later part fails, the started parts are closed again. Throws {@link
 * StartError}.
 */
export async function startDaemon(config: Config, options: DaemonOptions = {}): Promise<Daemon> {
  const lock = await takeInstanceLock(config.dataDir).catch(async (error: unknown) => {
    if (error instanceof InstanceHeldError) throw await toStartError(error, config);
    throw new StartError("storage", `The data directory ${config.dataDir} cannot be used: ${(error as Error).message}`, error);
  });
  const parts = new AsyncDisposableStack();
  parts.defer(() => lock.release());
  try {
    const startedAt = systemTime.elapsedMs();
    const ground = await startGround(config, options, parts);
    const agents = await startAgents(ground, parts);
    const nouns = startNouns(ground, agents, parts);
    const { installId, runId, logger, token, time } = ground;
    await reapOrphans({ installId, runId, logger });
    await nouns.recover();
    const server = await openDoor(ground, agents, nouns, startedAt);
    parts.defer(() => server.close());
    lock.announce(server.address);
    nouns.dispatcher.wake();
    logger.info(
      { address: server.address, version: config.version, startMs: Math.round(time.elapsedMs() - startedAt) },
      "The daemon is ready",
    );
    return toDaemon(server, token, logger, parts);
  } catch (error) {
    // What else goes wrong on the way out follows from the first error, which is the one to tell.
    await parts.disposeAsync().catch(() => {});
    throw await toStartError(error, config);
  }
}

/** Starts the foundations: the daemon's identity, its log, its store and git. */
async function startGround(config: Config, options: DaemonOptions, parts: AsyncDisposableStack) {
  const time = systemTime;
  const tokenFile = config.token === null ? join(config.dataDir, "token") : null;
  const token = config.token ?? readOrMakeValue(join(config.dataDir, "token"), DAEMON_TOKEN_FORM, makeDaemonToken);
  const installId = readOrMakeValue(join(config.dataDir, "install-id"), /^[0-9a-f-]{36}$/, randomUUID);
  const runId = randomUUID();
  const agentEnv = { ...config.agentEnv, [INSTALL_MARKER]: installId, [RUN_MARKER]: runId };
  const secrets = [token, ...config.modelEndpoints.flatMap(({ apiKey }) => apiKey ?? [])];
  const log = openLog({
    level: config.logLevel,
    folder: join(config.dataDir, "logs"),
    stderr: config.logFormat,
    secrets,
  });
  parts.defer(() => log.close());
  const { logger } = log;

  const failpoint = options.failpoint === undefined ? {} : { failpoint: options.failpoint };
  const feed = new Feed();
  const databaseFile = join(config.dataDir, "boocode.db");
  const onLongLog = (bytes: number) => logger.warn({ bytes }, "The database's log is long: something reads the database without an end");
  const db = await openDatabase({ file: databaseFile, feed, onLongLog, ...failpoint });
  parts.defer(() => db.close());
  const backups = new DailyBackups({ file: databaseFile, time, logger });
  parts.defer(() => backups.close());
  const blobs = new Blobs({ db, feed, time, logger, folder: join(config.dataDir, "blobs"), ...failpoint });
  parts.defer(() => blobs.close());
  await blobs.begin();
  const settings = new SettingsStore(db);
  const access = new Access({ database: db, time, daemonToken: token, tokenFile });
  await access.begin();
  // It carries no markers: it ends with this process, however this process ends.
  const starter = new ProgramStarter({
    env: config.agentEnv,
    onDied: (exit) => logger.warn({ ...exit }, "The process that starts git ended"),
  });
  parts.defer(() => starter.close());
  // It carries the markers: a git that outlives a killed daemon is ended at the next start, so that its locks have no owner.
  const checkLimit = options.gitCheckLimitMs === undefined ? {} : { checkLimitMs: options.gitCheckLimitMs };
  const git = new Git({ env: agentEnv, time, start: starter.start, ...checkLimit, ...failpoint });
  // Not awaited: if git is missing or never answers, the page still opens and reports it.
  void git.check().then(({ ok, version, reason }) => {
    if (!ok) logger.warn({ version, reason }, "Git cannot be used");
  });
  const locks = new Locks();
  const { dataDir, worktreesDir } = config;
  const worktrees = new Worktrees({ db, git, locks, time, worktreesDir, checkpointsDir: join(dataDir, "checkpoints"), installId });
  const staged = new StagedEdits({ db, git, locks, worktrees, time });
  const ports = new PortBlocks({ db, logger });
  const identity = { token, installId, runId, agentEnv, hide: (secret: string) => void secrets.push(secret) };
  return { config, options, time, ...identity, logger, feed, db, blobs, settings, access, git, locks, worktrees, staged, ports };
}

/** Starts the agents and their conversations. */
async function startAgents(ground: Ground, parts: AsyncDisposableStack) {
  const { config, options, time, logger, feed, db, blobs, git, runId, staged, hide } = ground;
  const { demoWordsPerSecond } = options;
  const demoModel = await startDemoModel(demoWordsPerSecond === undefined ? {} : { wordsPerSecond: demoWordsPerSecond });
  parts.defer(() => demoModel.close());
  const demo = { id: "coder", baseUrl: demoModel.baseUrl, apiKey: demoModel.apiKey, isScripted: true };
  const endpoints = new Endpoints({ dataDir: config.dataDir, environment: config.modelEndpoints, demo, feed, logger, hide });
  const { defaultModel } = config;
  const history = new ChatHistory({ db });
  const gitVariables = git.guardVariables.bind(git);
  const own = new NativeBackend({
    endpoints: endpoints.current,
    isRemoved: endpoints.isRemoved,
    defaultModel,
    history,
    readBlob: (id) => blobs.read(id),
    staged: new StagedViews({ db, staged }),
    gitVariables,
    logger: logger.child({ part: "native" }),
  });
  const native = options.backend ?? own;
  const onLearned = () => void made.agents.noteLearned();
  const { backends, resetCircuits, kinds } = makeBackends({ config, endpoints, native, history, time, logger, onLearned });
  const onBackground = (sessionId: SessionId, chatIds: readonly string[]) =>
    feed.changed({ noun: "agentSessions", ids: [...chatIds], sessionId });
  const background = new BackgroundProcesses({ runId, logger, onChanged: onBackground, cgroup: options.cgroup ?? null });
  // Closed after everything else that starts programs, so that no process is left.
  parts.defer(() => background.close());
  parts.defer(() => backends.close());
  const { learnAfterMs } = options;
  const made = makeAgents({ ...ground, backends, endpoints, background, onRefresh: resetCircuits, learnAfterMs }, parts);
  const permissions = new PermissionDesk({ db, time, logger });
  const askModel: NativeBackend["ask"] = (input) => own.ask(input);
  return { ...made, permissions, background, endpoints, history, kinds, askModel };
}

/** Builds the worktrees and their changes, and the tasks, chats, sessions and projects on top of them. */
function startNouns(ground: Ground, made: Agents, parts: AsyncDisposableStack) {
  const { pool, agents, commands, permissions, background, history, askModel } = made;
  const { config, time, logger, feed, db, blobs, git, settings, installId, agentEnv, locks, worktrees, ports } = ground;
  const { dataDir, worktreesDir, home, version, failpoint } = { ...config, ...ground.options };
  const trust = new Trust({ db, git, feed, time });
  const { terminals, listProcesses } = makeTerminals({ ...ground, trust, background }, parts);
  const changes = makeChanges({ ...ground, version, dataDir, listProcesses, failpoint }, parts);
  const { capture, captureChanges } = changes;
  const gitWork = makeGit({ ...ground, trust, terminals, capture, catchUp: changes.catchUp, askModel }, parts);
  const onSetUp = (sessionId: SessionId, setup: CapturedSetup) => capture.capture(sessionId, { setup });
  const worktreeSetup = new WorktreeSetup({ db, git, time, logger, trust, env: agentEnv, ports, worktrees, onSetUp });
  const worktreeWatch = new WorktreeWatch({ db, feed, time, logger, onGone: (sessionId) => pool.retireSession(sessionId) });
  parts.defer(() => worktreeWatch.close());
  const onRepaired = (sessionId: SessionId) => capture.capture(sessionId);
  const upkeep = makeUpkeep({ db, git, feed, time, locks, worktrees, worktreesDir, installId, listProcesses, onRepaired });
  parts.defer(() => upkeep.inventory.close());

  const guard: WorktreeGuard = {
    prepare: (worktree, chatId) => worktreeSetup.prepare(worktree, chatId),
    watch: (worktree, onGone) => worktreeWatch.watch(worktree, onGone),
  };
  const taskDeps = { db, time, logger };
  const composing = makeComposing({ db, git, feed, time, logger, trust, home, dataDir });
  const turnDeps = { ...taskDeps, pool, history, commands, ...composing, blobs };
  const dispatcher = new Dispatcher({ ...turnDeps, feed, worktrees, captureChanges, permissions, background, guard });
  parts.defer(() => dispatcher.close());
  // A prompt that a budget holds may run once the budget, or the person's time zone, has changed.
  parts.defer(feed.onWorkspace(({ noun }) => void (["settings", "usage"].includes(noun) && dispatcher.wake())));
  const usage = new UsageReports({ db, time, listRunning: () => dispatcher.listRunning() });
  // Closed before the dispatcher: a turn that waits for its setup must not delay it.
  parts.defer(() => worktreeSetup.close());
  const tasks = new Tasks({ ...turnDeps, dispatcher, findAgent: (id) => agents.find(id) });
  const follow = (place: { chatId: ChatId; agent: AgentId }) =>
    void tasks
      .followAgent(place)
      .catch((error: unknown) => logger.error({ err: error, ...place }, "Work that an agent began could not be accepted as a task"));
  parts.defer(pool.whenUnasked(follow));
  const chats = new Chats({ db, time, logger, tasks, pool, background, readSettings: () => settings.read() });
  const hasCommit = ({ path }: { path: string }, ref: string) => hasBase(git, path, ref);
  const adoption = new Adoption({ db, git, locks, time, logger, worktrees, worktreesDir });
  const sessions = new Sessions({ db, time, logger, pool, background, terminals, adoption, hasCommit, listHeld: () => dispatcher.held });
  const demoIdentity = { name: "BooCode", email: "demo@boocode.invalid" };
  const projects = new Projects({ db, git, locks, time, dataDir, worktreesDir, home, demoIdentity });
  const warmUp = new WarmUp({ db, pool, worktrees, trust, logger });
  const stopping = { tasks, dispatcher, pool, background, terminals, listProcesses, checkpointsDir: join(dataDir, "checkpoints") };
  const within = { ...taskDeps, ...stopping, worktreesDir, git, feed, locks, worktrees, installId };
  const deletion = makeDeletion({ ...within, failpoint, expireOthers: changes.expire, settleEdits: changes.settle });
  parts.defer(() => deletion.close());
  /** Ends what an earlier run left behind. Runs once, before anything is dispatched. */
  const recover = async () => {
    const settleDeletions = await deletion.recover();
    await changes.recover();
    await terminals.recover();
    gitWork.git.recover();
    await recoverTasks(taskDeps, (task) => salvageTurn({ db, git, worktrees, captureChanges }, task));
    await permissions.recover();
    settleDeletions();
  };
  const served = {
    projects,
    adoption,
    sessions,
    chats,
    tasks,
    usage,
    warmUp,
    ...deletion.served,
    ...changes.served,
    trust,
    ...composing,
    ...makeReading({ db, git, worktrees, feed, time, dataDir }, parts),
    blobs,
    terminals,
    ...gitWork,
    ports,
    ...upkeep.served,
    worktreeWatch,
  };
  return { dispatcher, recover, served };
}

type Ground = Awaited<ReturnType<typeof startGround>>;
type Agents = Awaited<ReturnType<typeof startAgents>>;
type Nouns = ReturnType<typeof startNouns>;

/** Opens the server, with the page and the routers, once everything behind it is ready. */
async function openDoor(
  ground: Ground,
  { pool, served, permissions, background, endpoints, kinds }: Agents,
  nouns: Nouns,
  startedAt: number,
): Promise<Server> {
  const { config, options, time, logger, feed, db, settings, access, git } = ground;
  return startServer({
    host: config.host,
    port: config.port,
    allowedHosts: config.allowedHosts,
    webDir: config.webDir,
    parts: { ...nouns.served, ...served, permissions, background, settings, endpoints, access, events: new EventStream(db, feed) },
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
}
