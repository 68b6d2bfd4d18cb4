import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { Database } from "@boocode/db/database";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { findLiveWorktree, insertWorktree } from "@boocode/db/stores/worktree-store";
import { DEFAULT_SETTINGS } from "@boocode/shared/settings/settings";
import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import { AgentId, PromptId, type ChatId, type SessionId, SessionId as SessionIdSchema, WorktreeId } from "@boocode/shared/ids";
import type { SendPromptInput, SentPrompt, Task } from "@boocode/shared/tasks/task";
import { buildAgent, BUILT_IDS, buildProject, buildSession, buildWorktree } from "@boocode/shared/testing/build";
import { placeDatabase } from "@boocode/testkit/place-database";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedBackend, type ScriptedBackendOptions } from "@boocode/testkit/scripted-backend";
import { AgentCatalog } from "../src/agents/agents.ts";
import { BackgroundProcesses } from "../src/agents/background-processes.ts";
import { PermissionDesk } from "../src/agents/permission-desk.ts";
import { CommandBook } from "../src/agents/commands/command-book.ts";
import { AgentPool } from "../src/agents/agent-pool.ts";
import { BackendRegistry } from "../src/agents/backend-registry.ts";
import { ChangeCapture } from "../src/changes/change-capture.ts";
import { Blobs } from "../src/blobs/blobs.ts";
import { ChatHistory } from "../src/chats/history.ts";
import { Chats } from "../src/chats/chats.ts";
import { FileIndex } from "../src/files/file-index.ts";
import { Feed } from "../src/feed/feed.ts";
import { Locks } from "../src/platform/locks.ts";
import { Git } from "../src/platform/git/git.ts";
import { startSmall } from "../src/platform/processes/starter-fixture.ts";
import { silentLogger } from "../src/platform/logger.ts";
import { decideSkills } from "@boocode/shared/skills/decide-skills";
import { readPersonSkills } from "../src/skills/read-skills.ts";
import type { EditPromptDeps } from "../src/tasks/edit-prompt.ts";
import { findSkill } from "../src/skills/skills.ts";
import { Sessions } from "../src/sessions/sessions.ts";
import type { CaptureChanges, TaskWorktrees, WorktreeGuard } from "../src/tasks/run/run-ports.ts";
import type { SkillFinder } from "../src/tasks/run/prompt/turn-skill.ts";
import { salvageTurn } from "../src/tasks/salvage-turn.ts";
import { Dispatcher } from "../src/tasks/dispatcher.ts";
import { Tasks } from "../src/tasks/tasks.ts";
import { Adoption } from "../src/worktrees/adopting/adoption.ts";
import { Worktrees } from "../src/worktrees/worktrees.ts";
import { ManualTime } from "./manual-time.ts";

export interface RigOptions extends ScriptedBackendOptions {
  /** A database to go on with, as a daemon that was started again does. */
  folder?: string;
  /** The folder is given and still empty. */
  isFresh?: boolean;
  /** Stands between the runner and the store. */
  wrapDatabase?(db: Database): Database;
  worktrees?(plain: TaskWorktrees): TaskWorktrees;
  /** A repository to work on with real git; without it, worktrees are plain folders and every turn changes `a.txt`. */
  repository?: string;
  captureChanges?: CaptureChanges;
  /** Further agents, by their ids. */
  others?: Readonly<Record<string, ScriptedBackend>>;
  /** Without it everything is trusted and no worktree goes away. */
  guard?: WorktreeGuard;
}

/** Everything behind the routers that runs tasks, over a real database and a scripted agent, with time in the test's hands. */
export async function createRig(options: RigOptions) {
  const folder = options.folder === undefined ? await createTempFolder() : null;
  const path = options.folder ?? (folder?.path as string);
  const feed = new Feed();
  const file = join(path, "boocode.db");
  if (folder || options.isFresh) await placeDatabase(file);
  const plainDb = await openDatabase({ file, feed });
  const db = options.wrapDatabase?.(plainDb) ?? plainDb;
  const time = new ManualTime();
  const logger = silentLogger();
  const backend = new ScriptedBackend(options);
  const backends = new BackendRegistry({ boocode: backend, ...options.others });
  const limits = { maxLive: 10, idleTtlMs: 1_000_000 };
  const findProgram = async () => ({ argv: [process.execPath], env: {} });
  const commands = new CommandBook({ db, feed, time, logger, findProgram, hasNone: () => false });
  const pool = new AgentPool({
    backends,
    time,
    logger,
    limits,
    env: { PATH: "/nowhere" },
    onChanged: () => {},
    onCommands: ({ agent, chatId, worktree }, told) => commands.note(agent, { chatId, projectId: worktree.projectId }, told),
  });
  const git = new Git({ start: startSmall, env: { PATH: "/usr/bin:/bin", HOME: path } });
  const [worktreesDir, checkpointsDir] = [join(path, "worktrees"), join(path, "checkpoints")];
  const locks = new Locks();
  const gitWorktrees = new Worktrees({ db: plainDb, git, locks, time, worktreesDir, checkpointsDir, installId: "test" });
  const plainWorktrees = createPlainWorktrees(plainDb, path);
  const ownWorktrees = options.repository ? gitWorktrees : plainWorktrees;
  const worktrees = options.worktrees?.(ownWorktrees) ?? ownWorktrees;
  const capturing = new ChangeCapture({ db: plainDb, git, locks, worktrees: gitWorktrees });
  const captureInGit: CaptureChanges = (sessionId, input) => capturing.capture(sessionId, input);
  const capturePlain: CaptureChanges = async () => ({ paths: ["a.txt"], additions: 1, deletions: 0 });
  const captureChanges = options.captureChanges ?? (options.repository ? captureInGit : capturePlain);
  const salvageDeps = { db: plainDb, git, worktrees: gitWorktrees, captureChanges: captureInGit };
  const salvage = (task: Task) => salvageTurn(salvageDeps, task);
  const permissions = new PermissionDesk({ db, time, logger });
  const guard: WorktreeGuard = options.guard ?? { prepare: async () => ({ projectTrusted: true }), watch: () => () => {} };
  const background = new BackgroundProcesses({ runId: "test", logger, onChanged: () => {} });
  const history = new ChatHistory({ db });
  const files = new FileIndex({ db, git, feed, time, logger });
  const skills: SkillFinder & EditPromptDeps["skills"] = {
    list: async () => ({
      skills: decideSkills(await readPersonSkills({ home: join(path, "home"), dataDir: join(path, "data") })).usable.map(
        ({ origin, content: { name, description } }) => ({ name, description, origin }),
      ),
    }),
    find: ({ worktree, projectTrusted }, name) =>
      findSkill({ home: join(path, "home"), dataDir: join(path, "data") }, { worktreePath: worktree.path, projectTrusted }, name),
  };
  const blobs = new Blobs({ db, time, logger, folder: join(path, "blobs") });
  await blobs.begin();
  const deps = {
    db,
    feed,
    time,
    logger,
    pool,
    worktrees,
    captureChanges,
    permissions,
    background,
    guard,
    history,
    commands,
    skills,
    files,
    blobs,
  };
  const dispatcher = new Dispatcher(deps);
  const probe = { backends, env: { PATH: "/nowhere" }, cwd: path, version: "1.2.3", defaultModel: "" };
  const agents = new AgentCatalog({ feed, time, probe, endpoints: { keyFor: () => null } });
  const tasks = new Tasks({
    ...deps,
    dispatcher,
    findAgent: async (id) => (options.others?.[id] ? buildAgent({ id: AgentId.parse(id) }) : agents.find(id)),
  });
  const chats = new Chats({ db, time, logger, pool, tasks, background, readSettings: async () => DEFAULT_SETTINGS });
  const terminals = { endSession: async () => {} };
  const sessions = new Sessions({
    db,
    time,
    logger,
    pool,
    background,
    terminals,
    adoption: new Adoption({ db, git, locks, time, logger, worktrees: gitWorktrees, worktreesDir }),
    hasCommit: async (_, ref) => ref === "main",
    listHeld: () => dispatcher.held,
  });

  const session = BUILT_IDS.session;
  if (options.folder === undefined || options.isFresh) {
    await plainDb.write("full", async (tx) => {
      await insertProject(tx, buildProject(options.repository ? { path: options.repository } : {}));
      await insertSession(tx, buildSession({ title: "New session" }));
    });
  }

  const events = (sessionId: SessionId = session) => readSessionEvents(plainDb.read, sessionId, 0, 100_000);
  const bodies = async (sessionId: SessionId = session) => (await events(sessionId)).map((event) => event.body);
  /** The first event that fits, which may have come already. */
  const waitFor = async (fits: (event: ChatEvent) => boolean, sessionId: SessionId = session): Promise<ChatEvent> => {
    for (;;) {
      const woken = Promise.withResolvers<void>();
      const unsubscribe = feed.onSession(sessionId, woken.resolve);
      try {
        const found = (await events(sessionId)).find(fits);
        if (found) return found;
        await woken.promise;
      } finally {
        unsubscribe();
      }
    }
  };
  let prompts = 0;
  const send = (input: Partial<SendPromptInput> = {}): Promise<SentPrompt> =>
    tasks.send({
      promptId: PromptId.parse(`prompt-${++prompts}-${crypto.randomUUID()}`),
      chatId: null,
      ...(input.chatId ? {} : { sessionId: session }),
      agent: AgentId.parse("boocode"),
      text: "Do it",
      ...input,
    });
  const addSession = async (id: string): Promise<SessionId> => {
    const sessionId = SessionIdSchema.parse(id);
    await plainDb.write("full", (tx) => insertSession(tx, buildSession({ id: sessionId })));
    return sessionId;
  };
  const addChat = async (sessionId: SessionId = session): Promise<ChatId> => (await chats.create({ sessionId })).id;
  const ended = (taskId: string) => waitFor(({ body, taskId: id }) => body.type === "task.ended" && id === taskId);

  return {
    ...deps,
    path,
    salvage,
    session,
    dispatcher,
    backend,
    agents,
    tasks,
    chats,
    sessions,
    terminals,
    events,
    bodies,
    waitFor,
    send,
    addSession,
    addChat,
    ended,
    /** As if the process had died: nothing is settled, nothing is told. */
    crash: () => plainDb.close(),
    async [Symbol.asyncDispose]() {
      const closing = dispatcher.close();
      time.advance(60_000);
      await closing;
      await pool.close();
      await blobs.close();
      await plainDb.close();
      await folder?.[Symbol.asyncDispose]();
    },
  };
}

export type Rig = Awaited<ReturnType<typeof createRig>>;

/** Folders without git, for tests of order and of ends. */
function createPlainWorktrees(db: Database, path: string): TaskWorktrees {
  let checkpoints = 0;
  return {
    ensure: async (sessionId) => {
      const known = await findLiveWorktree(db.read, sessionId);
      if (known) return known;
      const worktree = buildWorktree({
        id: WorktreeId.parse(`worktree-${sessionId}`),
        sessionId,
        path: join(path, "worktrees", sessionId),
      });
      await mkdir(worktree.path, { recursive: true });
      await db.write("full", (tx) => insertWorktree(tx, worktree));
      return worktree;
    },
    checkpoint: async () => {
      const id = String(++checkpoints).padStart(40, "0");
      return { commit: id, tree: id, leftOut: [] };
    },
  };
}
