import { isGitName } from "../platform/files/confined-path.ts";

/** Files by which a repository makes an agent, an editor or a shell start something. `AGENTS.md` is read, not run. */
export const TRUST_FILES: readonly string[] = [
  ".mcp.json",
  "opencode.json",
  "opencode.jsonc",
  ".goosehints",
  ".envrc",
  ".lsp.json",
  ".vscode/tasks.json",
  ".vscode/mcp.json",
  ".boocode/worktree.json",
  // Programs that were packed with Bun, agents among them, run what this names before a line of their own.
  "bunfig.toml",
];

/** Files of which agents take settings for themselves. Only one that git tracks is the repository's: any other is the person's own. */
export const TRUST_TRACKED_FILES: readonly string[] = [".env"];

/** Folders of which every file counts. */
export const TRUST_FOLDERS: readonly string[] = [
  ".boocode/skills",
  ".opencode",
  ".claude",
  ".codex",
  ".gemini",
  ".qwen",
  ".goose",
  ".agents",
  ".pi",
];

const ALL = [...TRUST_FILES, ...TRUST_TRACKED_FILES, ...TRUST_FOLDERS];

/** The first path segments of all of the above: the names to watch at the top of a checkout. */
export const TRUST_TOP_NAMES: ReadonlySet<string> = new Set(ALL.map((path) => path.split("/")[0]!));

/** The folder for installed dependencies; the files that request them are inspected themselves. */
export const INSTALLED = "node_modules";

/**
 * Returns whether the walk through the folders above may leave out a folder of this name. Whoever reads those folders takes nothing from it:
 * no person was shown what is inside.
 */
export const mayBeLeftOut = (name: string): boolean => name === INSTALLED || isGitName(name);

/** The file in which a repository defines the setup of a new worktree. */
export const WORKTREE_PLAN_FILE = ".boocode/worktree.json";
