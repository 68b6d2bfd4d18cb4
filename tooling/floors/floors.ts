/** One row of the dependency rule: what a floor stands on, beside itself. */
export interface Floor {
  /** Folder or file, from the root of the tree. The longest row that matches a file is its floor. */
  path: string;
  standsOn: readonly string[];
  /** Packages of npm it may import; absent: any. `node:` stands for every built-in module. */
  packages?: readonly string[];
}

const SHARED = "packages/shared/src";
const DB = "packages/db/src";
const CODER = "apps/coder/src";
const WEB = "apps/web/src";

const coder = (...names: string[]) => names.map((name) => `${CODER}/${name}`);
const web = (...names: string[]) => names.map((name) => `${WEB}/${name}`);

const PLATFORM = `${CODER}/platform`;
const SEAM = `${CODER}/backends/backend.ts`;
const GROUND = [PLATFORM, DB, SHARED];

/** The nouns of the page, lowest first: each stands on those before it. */
const WEB_NOUNS = ["agents", "files", "terminals", "changes", "worktrees", "tasks", "chats", "sessions", "settings"];

/** Where the page may reach into the daemon, and only for types. */
export const TYPE_ONLY: readonly string[] = [`${CODER}/api/app-router.ts`];

/** Who may import whom, as in `docs/architecture.md`. */
export const FLOORS: readonly Floor[] = [
  { path: SHARED, standsOn: [], packages: ["zod"] },
  { path: `${SHARED}/testing`, standsOn: [SHARED], packages: ["zod", "fast-check"] },
  { path: DB, standsOn: [SHARED], packages: ["kysely", "better-sqlite3", "zod", "node:"] },

  { path: PLATFORM, standsOn: [`${SHARED}/faults`] },
  ...["feed", "settings", "blobs"].map((name) => ({
    path: `${CODER}/${name}`,
    standsOn: [...coder("platform/logger.ts", "platform/clock.ts"), DB, SHARED],
  })),
  { path: `${CODER}/access`, standsOn: GROUND },
  { path: `${CODER}/demo`, standsOn: [PLATFORM, SHARED] },
  { path: SEAM, standsOn: [SHARED], packages: [] },
  ...["acp", "opencode", "cli", "native"].map((kind) => ({
    path: `${CODER}/backends/${kind}`,
    standsOn: [SEAM, PLATFORM, SHARED],
  })),
  { path: `${CODER}/agents`, standsOn: [SEAM, `${CODER}/feed`, `${CODER}/settings`, ...GROUND] },
  { path: `${CODER}/worktrees`, standsOn: [`${CODER}/feed`, ...GROUND] },
  ...["changes", "terminals", "files", "skills", "search"].map((name) => ({
    path: `${CODER}/${name}`,
    standsOn: [...coder("worktrees", "feed"), ...GROUND],
  })),
  { path: `${CODER}/tasks`, standsOn: [SEAM, ...coder("agents", "worktrees", "changes", "skills", "feed", "settings"), ...GROUND] },
  ...["projects", "sessions", "chats"].map((name) => ({
    path: `${CODER}/${name}`,
    standsOn: [SEAM, ...coder("tasks", "agents", "terminals", "worktrees", "changes", "demo", "feed", "settings"), ...GROUND],
  })),
  {
    path: `${CODER}/api`,
    standsOn: [
      ...coder("projects", "sessions", "chats", "tasks", "agents", "worktrees", "changes", "access", "settings", "feed"),
      ...coder("platform/logger.ts", "platform/clock.ts"),
      DB,
      SHARED,
    ],
  },
  { path: `${CODER}/config.ts`, standsOn: [`${CODER}/backends/backend.ts`, PLATFORM, SHARED] },
  { path: `${CODER}/make-backends.ts`, standsOn: [...coder("agents", "backends", "worktrees", "config.ts"), PLATFORM, SHARED] },
  { path: `${CODER}/daemon.ts`, standsOn: [CODER, DB, SHARED] },
  { path: `${CODER}/main.ts`, standsOn: [CODER, SHARED] },

  { path: "packages/testkit/src", standsOn: [CODER, DB, SHARED] },

  { path: `${WEB}/ui`, standsOn: [], packages: ["react", "react-dom", "@base-ui/react", "lucide-react", "clsx", "sonner"] },
  { path: `${WEB}/api`, standsOn: [SHARED, ...TYPE_ONLY] },
  ...WEB_NOUNS.map((noun, place) => ({
    path: `${WEB}/${noun}`,
    standsOn: [...web("api", "ui", ...WEB_NOUNS.slice(0, place)), SHARED],
  })),
  { path: `${WEB}/workspace`, standsOn: [...web("api", "ui", ...WEB_NOUNS), SHARED] },
  { path: `${WEB}/pages`, standsOn: [...web("api", "ui", "workspace", ...WEB_NOUNS), SHARED] },
  { path: `${WEB}/app.tsx`, standsOn: [WEB, SHARED] },
  { path: `${WEB}/main.tsx`, standsOn: [WEB, SHARED] },
];

/** Where a package's front door leads: the prefix of an import, and the folder or file behind it. */
export const DOORS: readonly { specifier: string; path: string }[] = [
  { specifier: "@boocode/shared/", path: `${SHARED}/` },
  { specifier: "@boocode/db/", path: `${DB}/` },
  { specifier: "@boocode/testkit/", path: "packages/testkit/src/" },
  { specifier: "@boocode/coder/router", path: `${CODER}/api/app-router` },
  { specifier: "@boocode/coder/demo/", path: `${CODER}/demo/` },
  { specifier: "@boocode/coder/", path: `${CODER}/` },
];

export const MAX_LINES = 300;
export const DRAWERS: readonly string[] = ["utils", "util", "lib", "common", "helpers", "helper", "types", "services", "service", "misc"];
export const FORBIDDEN_NAME = /\b[A-Z]\w*(?:Manager|Service|Helper|Util|Utils|Handler|Impl)\b/;
