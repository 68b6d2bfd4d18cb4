import type { Agent, BackendKind } from "@boocode/shared/agents/agent";

/** What is known of an agent before looking for it. */
export interface KnownAgent {
  id: string;
  name: string;
  /** Names under which its program is looked for on PATH, in that order; none for the agent that is part of BooCode. */
  bins: readonly string[];
  transport: BackendKind;
  supportsAcp: boolean;
  /** The one line that installs it here, under one of those names; null where there is none that was tried. */
  install: string | null;
  /** Its modes beside the usual one. */
  modes: Agent["modes"];
}

/** The agent that is part of BooCode. */
export const BUILT_IN: KnownAgent = {
  id: "boocode",
  name: "BooCode",
  bins: [],
  transport: "native",
  supportsAcp: false,
  install: null,
  modes: [],
};

/** Its program is named after it: npm gives a scoped package's only program the package's own name. */
const GOOSE_PACKAGE = "goose-binary-linux-x64";

const PLAN = { id: "plan", label: "Plan", description: "Reads and plans, and edits nothing." };

/** The agents of the contract, in the order they are shown. */
export const KNOWN_AGENTS: readonly KnownAgent[] = [
  BUILT_IN,
  {
    id: "opencode",
    name: "opencode",
    bins: ["opencode"],
    transport: "opencode",
    supportsAcp: true,
    install: "npm install -g opencode-ai",
    modes: [PLAN],
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
    transport: "acp",
    supportsAcp: true,
    install: "npm install -g @agentclientprotocol/claude-agent-acp",
    modes: [],
  },
  {
    id: "codex",
    name: "Codex",
    bins: ["codex-acp"],
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
