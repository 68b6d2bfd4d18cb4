import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";

type Env = Readonly<Record<string, string>>;

/** The settings and quirks of one ACP agent. */
export interface AgentProfile {
  /** The arguments that make its program speak ACP. */
  argv: readonly string[];
  /** Top-level entries of a checkout that it may run code from. */
  ownConfig: readonly string[];
  /** Makes the arguments and variables for an endpoint's model; null if the agent cannot use endpoints. */
  offer: ((endpoint: ModelEndpoint, modelId: string) => { argv?: readonly string[]; env: Env }) | null;
  /** Whether the person has configured it with a model. */
  hasOwnModel(env: Env): Promise<boolean>;
  /** The command that logs in, for one that does not name it itself: null stands for its own program. */
  login?: readonly (string | null)[];
  /** Returns the message of a failure that it reports as an ordinary answer; null if the text is no failure. */
  readFailure(lastText: string): string | null;
}

const PLAIN: AgentProfile = {
  argv: [],
  ownConfig: [],
  offer: null,
  hasOwnModel: async () => true,
  readFailure: () => null,
};

const GOOSE_FAILURE = /^Ran into this error: ([\s\S]*?)\.?\n\nPlease retry if you think this is a transient or recoverable error\.\s*$/;

const PROFILES: Readonly<Record<string, AgentProfile>> = {
  goose: {
    argv: ["acp"],
    login: [null, "configure"],
    ownConfig: [".goosehints", ".goose", ".agents", ".mcp.json"],
    offer: ({ baseUrl, apiKey }, modelId) => {
      const url = new URL(baseUrl);
      return {
        env: {
          GOOSE_PROVIDER: "openai",
          GOOSE_MODEL: modelId,
          OPENAI_HOST: url.origin,
          // Relative to the host: the agent does not support a base URL with a path.
          OPENAI_BASE_PATH: `${url.pathname.replace(/^\/|\/$/g, "")}/chat/completions`.replace(/^\//, ""),
          OPENAI_API_KEY: apiKey ?? "none",
          GOOSE_DISABLE_KEYRING: "1",
        },
      };
    },
    hasOwnModel: async (env) =>
      env["GOOSE_PROVIDER"] !== undefined ||
      /^\s*(?:GOOSE_PROVIDER|active_provider)\s*:/m.test(
        await readText(join(env["XDG_CONFIG_HOME"] ?? join(env["HOME"] ?? "/", ".config"), "goose/config.yaml")),
      ),
    readFailure: (lastText) => GOOSE_FAILURE.exec(lastText)?.[1] ?? null,
  },
  qwen: {
    argv: ["--acp"],
    login: [null],
    ownConfig: [".qwen", ".mcp.json", ".lsp.json", ".env"],
    offer: ({ baseUrl, apiKey }, modelId) => ({
      argv: ["--auth-type", "openai"],
      env: { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey ?? "none", OPENAI_MODEL: modelId },
    }),
    hasOwnModel: async (env) =>
      env["OPENAI_API_KEY"] !== undefined || /"selectedType"/.test(await readText(join(env["HOME"] ?? "/", ".qwen/settings.json"))),
    readFailure: () => null,
  },
  claude: { ...PLAIN, ownConfig: [".claude", ".mcp.json"] },
  codex: { ...PLAIN, ownConfig: [".codex"], login: ["codex", "login"] },
  gemini: { ...PLAIN, argv: ["--acp"], ownConfig: [".gemini", ".env"], login: [null] },
};

/** Finds an agent's profile. A custom agent is started exactly as configured, and may run the `ownConfig` entries of a checkout. */
export function findProfile(agent: string, ownConfig: readonly string[]): AgentProfile {
  return PROFILES[agent] ?? { ...PLAIN, ownConfig };
}

async function readText(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.slice(0, 1024 * 1024);
}
