import type { Agent, AgentModel } from "@boocode/shared/agents/agent";
import type { DecodeLine } from "./wire/cli-sign.ts";
import { decodeClaude } from "./wire/decode-claude.ts";
import { decodeCodex } from "./wire/decode-codex.ts";
import { decodePi } from "./wire/decode-pi.ts";

/** What a turn asks of an agent's command line. */
export interface TurnChoice {
  /** The agent's session to continue; null begins one. */
  resume: string | null;
  /** Empty: the agent's own. */
  model: string;
  /** One of the profile's modes. */
  mode: string;
  /** If false, the repository's own configuration must not run. */
  isTrusted: boolean;
  /** The paths of images that the prompt carries. */
  images: readonly string[];
  /** The folders of all files that it carries. */
  folders: readonly string[];
}

/** How one agent's command line is used. */
export interface CliProfile {
  /** The arguments of one turn, behind the program's own. The prompt comes by standard input. */
  toArgv(choice: TurnChoice): readonly string[];
  /** Whether its arguments can name images. */
  takesImages: boolean;
  /** Reads a line of its output; null for a program whose output is plain text. */
  decode: DecodeLine | null;
  /** Top-level entries of a checkout that it may run code from. */
  ownConfig: readonly string[];
  /** What it may do without asking, which it cannot do on its command line. The first one is the default. */
  modes: Agent["modes"];
  /** The one of its modes that may do the least, for a mode that it does not have: that may be one that asks, as over the protocol. */
  careful: string;
  /**
   * Where it stands in for its program of the protocol, which asks: the mode for an agent as it is set up, and the modes of that program that
   * have another name here. None permits more than the one it stands for.
   */
  standIn: { usual: string; named?: Readonly<Record<string, string>> };
  models: readonly AgentModel[];
  /** The signal at which it ends in good order. */
  stopSignal: "SIGINT" | "SIGTERM";
  /** What it says on standard error if nobody is logged in, and how to log in; null if it has no login. */
  login: { says: RegExp; argv: readonly string[]; then?: string } | null;
  /** What it says on standard error if it does not have the session that it is to continue. */
  lost: RegExp | null;
}

/** The arguments that make a program print one turn as messages. */
const CLAUDE = ["-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"];
const CODEX = ["exec", "--json", "--skip-git-repo-check"];
const PI = ["-p", "--mode", "json"];
const OWN_MODE = "own";
const EVERYTHING = { label: "Everything", description: "Edits files and runs every command without asking." };
const toImageOptions = (images: readonly string[]) => images.map((path) => `--image=${path}`);
const model = (id: string, label: string): AgentModel => ({ id, label, isScripted: false });

const PLAIN: CliProfile = {
  toArgv: () => [],
  takesImages: false,
  decode: null,
  ownConfig: [],
  modes: [{ id: OWN_MODE, label: "As set up", description: "It does what its command makes it do. BooCode cannot limit it." }],
  careful: OWN_MODE,
  standIn: { usual: OWN_MODE },
  models: [],
  stopSignal: "SIGINT",
  login: null,
  lost: null,
};

const PROFILES: Readonly<Record<string, CliProfile>> = {
  claude: {
    toArgv: ({ resume, model, mode, isTrusted, folders }) => [
      ...CLAUDE,
      // It reads nothing outside of its folders without asking.
      ...folders.map((folder) => `--add-dir=${folder}`),
      ...(mode === OWN_MODE ? [] : ["--permission-mode", mode]),
      ...(model === "" ? [] : [`--model=${model}`]),
      ...(resume === null ? [] : [`--resume=${resume}`]),
      // Behind the check for such files, because an agent may write one in the middle of its turn.
      ...(isTrusted ? [] : ["--setting-sources", "user", "--strict-mcp-config"]),
    ],
    // It reads an image by its path.
    takesImages: false,
    decode: decodeClaude,
    // Its program is packed with Bun, which reads the last two before a line of the program's own.
    ownConfig: [".claude", ".mcp.json", "bunfig.toml", ".env"],
    modes: [
      {
        id: "acceptEdits",
        label: "Edits",
        description: "Edits files. Commands that need your permission are refused: its command line cannot ask you.",
      },
      { id: "bypassPermissions", ...EVERYTHING },
      { id: "plan", label: "Plan", description: "Reads and plans, and edits nothing." },
      { id: OWN_MODE, label: "As set up", description: "The mode and rules of its own settings. What they would ask you is refused." },
    ],
    careful: "plan",
    standIn: { usual: OWN_MODE },
    models: [model("opus", "Opus, the latest"), model("sonnet", "Sonnet, the latest"), model("haiku", "Haiku, the latest")],
    stopSignal: "SIGINT",
    login: { says: /\bnot logged in\b|\bplease run \/login\b/i, argv: ["auth", "login"] },
    lost: /\bno conversation found\b/i,
  },
  codex: {
    toArgv: ({ resume, model, mode, images }) => [
      ...CODEX,
      ...(resume === null ? toImageOptions(images) : []),
      ...(mode === OWN_MODE ? [] : ["--sandbox", mode]),
      ...(model === "" ? [] : [`--model=${model}`]),
      ...(resume === null ? [] : ["resume", ...toImageOptions(images), resume]),
      "-",
    ],
    takesImages: true,
    decode: decodeCodex,
    ownConfig: [".codex"],
    modes: [
      {
        id: "workspace-write",
        label: "Edits",
        description: "Edits files and runs commands in its sandbox: only the worktree can be written, and there is no network.",
      },
      { id: "danger-full-access", ...EVERYTHING },
      { id: "read-only", label: "Reads", description: "Reads files and runs commands that change nothing." },
      { id: OWN_MODE, label: "As set up", description: "The sandbox of its own settings." },
    ],
    careful: "read-only",
    standIn: { usual: OWN_MODE, named: { auto: "workspace-write", "full-access": "danger-full-access" } },
    models: [],
    stopSignal: "SIGINT",
    login: { says: /\bnot logged in\b|\b401 unauthorized\b/i, argv: ["login"] },
    lost: /\bno rollout found\b|\bthread\/resume failed\b/i,
  },
  pi: {
    toArgv: ({ resume, model, mode, images }) => [
      ...PI,
      ...(mode === "read" ? ["--tools", "read,grep,find,ls"] : []),
      ...(model === "" ? [] : ["--model", model]),
      ...(resume === null ? [] : ["--session", resume]),
      ...images.map((path) => `@${path}`),
    ],
    takesImages: true,
    decode: decodePi,
    ownConfig: [".pi", ".agents"],
    modes: [
      { id: "everything", ...EVERYTHING },
      { id: "read", label: "Reads", description: "Reads, lists and searches files. It edits nothing and runs nothing." },
    ],
    careful: "read",
    standIn: { usual: "read" },
    models: [],
    // At the other one it ends at once and leaves its commands running.
    stopSignal: "SIGTERM",
    login: { says: /\bno api key found\b/i, argv: [], then: "/login" },
    lost: /\bno session found\b/i,
  },
};

/** Finds an agent's profile. The output of an unknown program is plain text; it may run the `ownConfig` entries of a checkout. */
export function findCliProfile(agent: string, ownConfig: readonly string[]): CliProfile {
  return PROFILES[agent] ?? { ...PLAIN, ownConfig };
}
