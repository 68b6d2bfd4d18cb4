import type { Agent, BackendKind } from "@boocode/shared/agents/agent";
import { decideOpencodeVersion, type VersionAnswer, type VersionVerdict } from "@boocode/shared/agents/learning/decide-opencode-version";

/** Built-in facts about an agent, used to look for it. */
export interface KnownAgent {
  id: string;
  name: string;
  /** Program names to look up on PATH, in order; empty for the agent that is part of BooCode. */
  bins: readonly string[];
  /** A program without the protocol, which drives it by its command line where the other is missing or does not start. */
  commandLine?: { bins: readonly string[]; install: string };
  transport: BackendKind;
  supportsAcp: boolean;
  /** The command that installs it under one of those names; null if none has been tested. */
  install: string | null;
  /** Its modes in addition to the default. */
  modes: Agent["modes"];
  /** Decides which versions are driven; absent if all are, also one that is not reported. */
  decideVersion?: (answer: VersionAnswer) => VersionVerdict;
  /** The next major version converts the person's data for good, so an update from here stays within the installed one. */
  keepsMajor?: true;
  /** Variables that keep its program away from the person's data while it is asked for its version. */
  versionEnv?: Readonly<Record<string, string>>;
}

/** The agent that is built into BooCode. */
export const BUILT_IN: KnownAgent = {
  id: "boocode",
  name: "BooCode",
  bins: [],
  transport: "native",
  supportsAcp: false,
  install: null,
  modes: [],
};

/** The program has the package's name: npm gives a scoped package's only program the name of the package. */
const GOOSE_PACKAGE = "goose-binary-linux-x64";

const PLAN = { id: "plan", label: "Plan", description: "Reads and plans, and edits nothing." };

/** The known agents, in display order. */
export const KNOWN_AGENTS: readonly KnownAgent[] = [
  BUILT_IN,
  {
    id: "opencode",
    name: "opencode",
    bins: ["opencode"],
    transport: "opencode",
    supportsAcp: true,
    // The major version that was tried whole: without one, npm brings the next, which converts the person's data.
    install: "npm install -g opencode-ai@1",
    modes: [PLAN],
    decideVersion: decideOpencodeVersion,
    keepsMajor: true,
    versionEnv: { OPENCODE_DB: ":memory:" },
  },
  {
    id: "qwen",
    name: "Qwen Code",
    bins: ["qwen"],
    transport: "acp",
    supportsAcp: true,
    install: "npm install -g @qwen-code/qwen-code",
    modes: [],
  },
  {
    id: "goose",
    name: "goose",
    bins: ["goose", GOOSE_PACKAGE],
    transport: "acp",
    supportsAcp: true,
    install: process.platform === "linux" && process.arch === "x64" ? `npm install -g @aaif/${GOOSE_PACKAGE}` : null,
    modes: [],
  },
  {
    id: "claude",
    name: "Claude",
    bins: ["claude-agent-acp"],
    commandLine: { bins: ["claude"], install: "npm install -g @anthropic-ai/claude-code" },
    transport: "acp",
    supportsAcp: true,
    install: "npm install -g @agentclientprotocol/claude-agent-acp",
    modes: [],
  },
  {
    id: "codex",
    name: "Codex",
    bins: ["codex-acp"],
    commandLine: { bins: ["codex"], install: "npm install -g @openai/codex" },
    transport: "acp",
    supportsAcp: true,
    install: "npm install -g @zed-industries/codex-acp",
    modes: [],
  },
  {
    id: "gemini",
    name: "Gemini",
    bins: ["gemini"],
    transport: "acp",
    supportsAcp: true,
    install: "npm install -g @google/gemini-cli",
    modes: [],
  },
  {
    id: "pi",
    name: "Pi",
    bins: ["pi"],
    transport: "cli",
    supportsAcp: false,
    install: "npm install -g @mariozechner/pi-coding-agent",
    modes: [],
  },
];
