import type { Agent, BackendKind } from "@boocode/shared/agents/agent";

/** What is known of an agent before looking for it. */
export interface KnownAgent {
  id: string;
  name: string;
  /** Program looked for on PATH; null for the agent that is part of BooCode. */
  bin: string | null;
  transport: BackendKind;
  supportsAcp: boolean;
  /** The one line that installs it. */
  install: string | null;
  /** Its modes beside the usual one. */
  modes: Agent["modes"];
}

/** The agent that is part of BooCode. */
export const BUILT_IN: KnownAgent = {
  id: "boocode",
  name: "BooCode",
  bin: null,
  transport: "native",
  supportsAcp: false,
  install: null,
  modes: [],
};

const PLAN = { id: "plan", label: "Plan", description: "Reads and plans, and edits nothing." };

/** The agents of the contract, in the order they are shown. */
export const KNOWN_AGENTS: readonly KnownAgent[] = [
  BUILT_IN,
  {
    id: "opencode",
    name: "opencode",
    bin: "opencode",
    transport: "opencode",
    supportsAcp: true,
    install: "npm install -g opencode-ai",
    modes: [PLAN],
  },
  {
    id: "qwen",
    name: "Qwen Code",
    bin: "qwen",
    transport: "acp",
    supportsAcp: true,
    install: "npm install -g @qwen-code/qwen-code",
    modes: [],
  },
  {
    id: "goose",
    name: "goose",
    bin: "goose",
    transport: "acp",
    supportsAcp: true,
    install: "npm install -g @aaif/goose-binary-linux-x64",
    modes: [],
  },
  {
    id: "claude",
    name: "Claude",
    bin: "claude-agent-acp",
    transport: "acp",
    supportsAcp: true,
    install: "npm install -g @agentclientprotocol/claude-agent-acp",
    modes: [],
  },
  {
    id: "codex",
    name: "Codex",
    bin: "codex-acp",
    transport: "acp",
    supportsAcp: true,
    install: "npm install -g @zed-industries/codex-acp",
    modes: [],
  },
  {
    id: "gemini",
    name: "Gemini",
    bin: "gemini",
    transport: "acp",
    supportsAcp: true,
    install: "npm install -g @google/gemini-cli",
    modes: [],
  },
  {
    id: "pi",
    name: "Pi",
    bin: "pi",
    transport: "cli",
    supportsAcp: false,
    install: "npm install -g @mariozechner/pi-coding-agent",
    modes: [],
  },
];
