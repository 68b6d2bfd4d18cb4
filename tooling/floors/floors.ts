/** One row of the dependency rule: what a floor may import besides itself. */
export interface Floor {
  /** A folder or file, relative to the root. A file's floor is the row with the longest matching path. */
  path: string;
  standsOn: readonly string[];
  /** The npm packages it may import; absent means any. `node:` means every built-in module. */
  packages?: readonly string[];
}

const SHARED = "packages/shared/src";
const DB = "packages/db/src";
const CODER = "apps/coder/src";
const WEB = "apps/web/src";

const coder = (...names: string[]) => names.map((name) => `${CODER}/${name}`);
const web = (...names: string[]) => names.map((name) => `${WEB}/${name}`);

const PLATFORM = `${CODER}/platform`;
/** The parts of the shared floor that the platform may use. */
const PURE_PARTS = ["faults", "text"].map((name) => `${SHARED}/${name}`);
const PROCESSES = `${PLATFORM}/processes`;
/** The parts that every room of the platform may use: time, ids, locks, the log. */
const PLATFORM_PARTS = ["time", "keyed-mutex", "locks", "new-id", "logger", "redact"].map((name) => `${PLATFORM}/${name}.ts`);
const ACP = `${CODER}/backends/acp`;
const OPENCODE = `${CODER}/backends/opencode`;
const WORKTREES = `${CODER}/worktrees`;
const CHANGES = `${CODER}/changes`;
const API = `${CODER}/api`;
const CHATS = `${WEB}/chats`;
const GROUND = [PLATFORM, DB, SHARED];

/** The nouns of the page, lowest first: each may import those before it. */
const WEB_NOUNS = [
  "agents",
  "usage",
  "files",
  "terminals",
  "changes",
  "attachments",
  "trust",
  "worktrees",
  "tasks",
  "chats",
  "git",
  "sessions",
  "settings",
];

const belowNoun = (place: number) => [...web("api", "ui", ...WEB_NOUNS.slice(0, place)), SHARED];
/** The rooms of a chat, lowest first. */
const CHAT_ROOMS = ["markdown", "items", "composer", "find", "transcript", "export"];

/** The daemon's files that the page may import, only for types. */
export const TYPE_ONLY: readonly string[] = [`${CODER}/api/app-router.ts`];

/** The rules of who may import whom, as in `docs/architecture.md`. */
export const FLOORS: readonly Floor[] = [
  { path: SHARED, standsOn: [], packages: ["zod"] },
  { path: `${SHARED}/testing`, standsOn: [SHARED], packages: ["zod", "fast-check"] },
  { path: DB, standsOn: [SHARED], packages: ["kysely", "better-sqlite3", "zod", "node:"] },

  { path: PLATFORM, standsOn: [`${PLATFORM}/files`, ...PURE_PARTS] },
  { path: PROCESSES, standsOn: [...PLATFORM_PARTS, ...PURE_PARTS] },
  { path: `${PLATFORM}/files`, standsOn: [...PLATFORM_PARTS, PROCESSES, ...PURE_PARTS] },
  { path: `${PLATFORM}/git`, standsOn: [...PLATFORM_PARTS, PROCESSES, `${PLATFORM}/files`, ...PURE_PARTS] },
  { path: `${CODER}/blobs`, standsOn: GROUND },
  ...["feed", "backups"].map((name) => ({
    path: `${CODER}/${name}`,
    standsOn: [...coder("platform/logger.ts", "platform/time.ts"), DB, SHARED],
  })),
  {
    path: `${CODER}/settings`,
    standsOn: [...coder("feed", "platform/files", "platform/logger.ts", "platform/to-base-url.ts"), DB, SHARED],
  },
  { path: `${CODER}/access`, standsOn: GROUND },
  { path: `${CODER}/demo`, standsOn: [PLATFORM, SHARED] },
  ...["acp", "opencode", "cli", "native"].map((kind) => ({
    path: `${CODER}/backends/${kind}`,
    standsOn: [`${CODER}/backends/${kind}`, PLATFORM, SHARED],
  })),
  { path: `${ACP}/wire`, standsOn: [PLATFORM, SHARED] },
  { path: `${OPENCODE}/wire`, standsOn: [PLATFORM, SHARED] },
  { path: `${OPENCODE}/turn`, standsOn: [`${OPENCODE}/wire`, PLATFORM, SHARED] },
  { path: `${OPENCODE}/folder`, standsOn: [`${OPENCODE}/turn`, `${OPENCODE}/wire`, PLATFORM, SHARED] },
  { path: `${OPENCODE}/server`, standsOn: [`${OPENCODE}/folder`, `${OPENCODE}/turn`, `${OPENCODE}/wire`, PLATFORM, SHARED] },
  { path: `${CODER}/agents`, standsOn: [`${CODER}/feed`, `${CODER}/settings`, ...GROUND] },
  { path: `${CODER}/trust`, standsOn: [`${CODER}/feed`, ...GROUND] },
  { path: `${WORKTREES}/checkpoints`, standsOn: GROUND },
  { path: `${WORKTREES}/watch`, standsOn: [...coder("trust", "feed"), ...GROUND] },
  { path: `${WORKTREES}/making`, standsOn: [`${WORKTREES}/checkpoints`, `${WORKTREES}/watch`, ...GROUND] },
  { path: WORKTREES, standsOn: [...["checkpoints", "making"].map((room) => `${WORKTREES}/${room}`), ...coder("trust", "feed"), ...GROUND] },
  {
    path: `${WORKTREES}/setup`,
    standsOn: [`${WORKTREES}/checkpoints`, `${WORKTREES}/ports`, `${WORKTREES}/worktrees.ts`, ...coder("trust", "feed"), ...GROUND],
  },
  {
    path: `${WORKTREES}/adopting`,
    standsOn: [...["checkpoints", "making", "removal/looks", "watch"].map((room) => `${WORKTREES}/${room}`), WORKTREES, ...GROUND],
  },
  { path: `${WORKTREES}/ports`, standsOn: GROUND },
  { path: `${WORKTREES}/sweep`, standsOn: [`${WORKTREES}/removal`, WORKTREES, ...GROUND] },
  { path: `${WORKTREES}/upkeep`, standsOn: [WORKTREES, `${CODER}/feed`, ...GROUND] },
  { path: `${WORKTREES}/removal/looks`, standsOn: [`${WORKTREES}/checkpoints`, ...GROUND] },
  { path: `${WORKTREES}/removal`, standsOn: [`${WORKTREES}/removal/looks`, WORKTREES, `${CODER}/feed`, ...GROUND] },
  { path: `${CHANGES}/compare`, standsOn: GROUND },
  { path: `${CHANGES}/blame`, standsOn: [`${CHANGES}/compare`, `${CODER}/worktrees`, ...GROUND] },
  {
    path: `${CHANGES}/diffs`,
    standsOn: [...["compare", "blame", "edits", "staged"].map((room) => `${CHANGES}/${room}`), `${CODER}/worktrees`, ...GROUND],
  },
  { path: `${CHANGES}/review`, standsOn: GROUND },
  // Writes files, and records first what it is about to write.
  { path: `${CHANGES}/edits`, standsOn: [`${CHANGES}/compare`, `${CODER}/worktrees`, ...GROUND] },
  { path: `${CHANGES}/staged`, standsOn: [`${CHANGES}/compare`, `${CHANGES}/edits`, `${CODER}/worktrees`, ...GROUND] },
  {
    path: `${CHANGES}/apply`,
    standsOn: [
      ...["compare", "blame", "edits", "staged", "take-back"].map((room) => `${CHANGES}/${room}`),
      `${CODER}/worktrees`,
      ...GROUND,
    ],
  },
  {
    path: `${CHANGES}/take-back`,
    standsOn: [...["compare", "blame", "edits", "staged"].map((room) => `${CHANGES}/${room}`), `${CODER}/worktrees`, ...GROUND],
  },
  // What the person saves by hand, also while a turn runs.
  {
    path: `${CHANGES}/saves`,
    standsOn: [...["compare", "blame", "edits", "take-back"].map((room) => `${CHANGES}/${room}`), `${CODER}/worktrees`, ...GROUND],
  },
  {
    path: `${CHANGES}/stash`,
    standsOn: [
      ...["compare", "blame", "edits", "apply", "take-back"].map((room) => `${CHANGES}/${room}`),
      ...coder("worktrees", "feed"),
      ...GROUND,
    ],
  },
  {
    path: `${CHANGES}/export`,
    standsOn: [...["compare", "blame", "diffs", "edits", "staged"].map((room) => `${CHANGES}/${room}`), `${CODER}/worktrees`, ...GROUND],
  },
  {
    path: CHANGES,
    standsOn: [
      ...["compare", "blame", "diffs", "review", "edits", "staged", "apply", "take-back", "saves", "stash", "export"].map(
        (room) => `${CHANGES}/${room}`,
      ),
      ...coder("trust", "worktrees", "feed"),
      ...GROUND,
    ],
  },
  ...["terminals", "files", "skills", "search"].map((name) => ({
    path: `${CODER}/${name}`,
    standsOn: [...coder("trust", "worktrees", "feed"), ...GROUND],
  })),
  { path: `${CODER}/git`, standsOn: [...coder("terminals", "changes", "trust", "worktrees", "feed"), ...GROUND] },
  { path: `${CODER}/usage`, standsOn: [...coder("platform/time.ts"), DB, SHARED] },
  {
    path: `${CODER}/tasks`,
    standsOn: [...coder("usage", "agents", "trust", "skills", "feed", "settings"), ...GROUND],
  },
  ...["projects", "sessions", "chats"].map((name) => ({
    path: `${CODER}/${name}`,
    standsOn: [...coder("tasks", "agents", "terminals", "trust", "worktrees", "changes", "demo", "feed", "settings"), ...GROUND],
  })),
  {
    path: API,
    standsOn: [
      API,
      ...coder("projects", "sessions", "chats", "tasks", "usage", "skills", "files", "agents", "trust", "worktrees", "changes", "access"),
      ...coder("settings", "feed", "terminals", "git", "blobs", "search"),
      ...coder("platform/logger.ts", "platform/time.ts"),
      DB,
      SHARED,
    ],
  },
  { path: `${CODER}/config.ts`, standsOn: [PLATFORM, SHARED] },
  {
    path: `${CODER}/make-backends.ts`,
    standsOn: [...coder("agents", "backends", "settings", "trust", "worktrees", "config.ts"), PLATFORM, SHARED],
  },
  {
    path: `${CODER}/make-agents.ts`,
    standsOn: [...coder("agents", "tasks", "worktrees/ports", "feed", "settings", "config.ts"), PLATFORM, DB, SHARED],
  },
  { path: `${CODER}/make-composing.ts`, standsOn: coder("skills", "files") },
  { path: `${CODER}/make-reading.ts`, standsOn: [...coder("files", "search"), DB] },
  { path: `${CODER}/make-terminals.ts`, standsOn: [...coder("agents", "terminals", "config.ts"), SHARED] },
  { path: `${CODER}/make-git.ts`, standsOn: coder("git") },
  { path: `${CODER}/make-changes.ts`, standsOn: [...coder("changes", "tasks", "worktrees", "feed"), PLATFORM, DB, SHARED] },
  {
    path: `${CODER}/make-deletion.ts`,
    standsOn: [...coder("agents", "tasks", "terminals", "sessions", "changes", "worktrees", "feed"), PLATFORM, DB, SHARED],
  },
  { path: `${CODER}/to-daemon.ts`, standsOn: [`${CODER}/api`, PLATFORM] },
  { path: `${CODER}/make-upkeep.ts`, standsOn: [...coder("worktrees", "feed"), PLATFORM, DB, SHARED] },
  { path: `${CODER}/start-error.ts`, standsOn: [`${CODER}/config.ts`, ...GROUND] },
  { path: `${CODER}/rescue.ts`, standsOn: [...coder("config.ts", "start-error.ts", "worktrees"), ...GROUND] },
  { path: `${CODER}/daemon-options.ts`, standsOn: [`${CODER}/api`, PLATFORM, SHARED] },
  { path: `${CODER}/daemon.ts`, standsOn: [CODER, DB, SHARED] },
  { path: `${CODER}/main.ts`, standsOn: [CODER, SHARED] },

  { path: "packages/testkit/src", standsOn: [DB, SHARED] },

  { path: `${WEB}/ui`, standsOn: [], packages: ["react", "react-dom", "@base-ui/react", "lucide-react", "clsx", "sonner"] },
  { path: `${WEB}/api`, standsOn: [SHARED, ...TYPE_ONLY] },
  ...WEB_NOUNS.map((noun, place) => ({
    path: `${WEB}/${noun}`,
    standsOn: [`${WEB}/${noun}`, ...belowNoun(place)],
  })),
  ...CHAT_ROOMS.map((room, place) => ({
    path: `${CHATS}/${room}`,
    standsOn: [...CHAT_ROOMS.slice(0, place).map((lower) => `${CHATS}/${lower}`), ...belowNoun(WEB_NOUNS.indexOf("chats"))],
  })),
  { path: `${WEB}/workspace`, standsOn: [...web("api", "ui", ...WEB_NOUNS), SHARED] },
  { path: `${WEB}/palette`, standsOn: [...web("api", "ui", "workspace", ...WEB_NOUNS), SHARED] },
  { path: `${WEB}/pages`, standsOn: [...web("api", "ui", "workspace", "palette", ...WEB_NOUNS), SHARED] },
  { path: `${WEB}/app.tsx`, standsOn: [WEB, SHARED] },
  { path: `${WEB}/draw-app.tsx`, standsOn: [WEB, SHARED] },
  { path: `${WEB}/main.tsx`, standsOn: [WEB, SHARED] },
];

/** The entry points of packages: the prefix of an import, and its folder or file. */
export const DOORS: readonly { specifier: string; path: string }[] = [
  { specifier: "@boocode/shared/", path: `${SHARED}/` },
  { specifier: "@boocode/db/", path: `${DB}/` },
  { specifier: "@boocode/testkit/", path: "packages/testkit/src/" },
  { specifier: "@boocode/coder/router", path: `${CODER}/api/app-router` },
  { specifier: "@boocode/coder/", path: `${CODER}/` },
];

export const MAX_LINES = 300;
export const DRAWERS: readonly string[] = ["utils", "util", "lib", "common", "helpers", "helper", "types", "services", "service", "misc"];
export const FORBIDDEN_NAME = /\b[A-Z]\w*(?:Manager|Service|Helper|Util|Utils|Handler|Impl)\b/;
