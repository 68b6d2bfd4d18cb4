import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";

type Env = Readonly<Record<string, string>>;

/** What is peculiar to one agent that speaks ACP. */
export interface AgentProfile {
  /** What makes its program speak ACP. */
  argv: readonly string[];
  /** What a checkout may hold that it would run, by its name at the top. */
  ownConfig: readonly string[];
  /** How it is told to use a model of an endpoint's; null: it cannot be. */
  offer: ((endpoint: ModelEndpoint, modelId: string) => { argv?: readonly string[]; env: Env }) | null;
  /** Whether the person has set it up with a model of their own. */
  hasOwnModel(env: Env): Promise<boolean>;
  /** The message of a failure that it tells in words, as if it were an answer; null: it is none. */
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
    ownConfig: [".goosehints", ".goose", ".agents", ".mcp.json"],
    offer: ({ baseUrl, apiKey }, modelId) => {
      const url = new URL(baseUrl);
      return {
        env: {
          GOOSE_PROVIDER: "openai",
          GOOSE_MODEL: modelId,
          OPENAI_HOST: url.origin,
          // Relative to the host: it has no notion of a base with a path.
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
  codex: { ...PLAIN, ownConfig: [".codex"] },
  gemini: { ...PLAIN, argv: ["--acp"], ownConfig: [".gemini", ".env"] },
};

/** What is known of an agent; one of the person's own is started exactly as they say, and may run `ownConfig` of a checkout. */
export function findProfile(agent: string, ownConfig: readonly string[]): AgentProfile {
  return PROFILES[agent] ?? { ...PLAIN, ownConfig };
}

async function readText(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.slice(0, 1024 * 1024);
}
