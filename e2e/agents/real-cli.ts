import { join } from "node:path";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import type { ScriptedModel } from "@boocode/testkit/scripted-model";
import { findClaude } from "./find-claude.ts";

/** How tests drive one real agent by its command line. */
export interface RealCliAgent {
  id: string;
  transport: "cli";
  /** Its program, with BooCode's own arguments left out. */
  command: readonly string[];
  /** What a person sets up so that it uses the scripted model: variables, and files in the home directory. */
  setUp(model: ScriptedModel): { env: Record<string, string>; files?: Record<string, string> };
  /** The mode in which it runs commands. */
  acts: string;
  /** What a person is told to do if nobody is logged in; absent where that cannot be shown without a network. */
  login?: RegExp;
  /** Whether its text comes in pieces. */
  streams: boolean;
  /** The model's call that runs a command line. */
  run(command: string): ModelReply;
  /** The model's call that writes a file; absent where the agent writes by commands only. */
  write?(path: string, text: string): ModelReply;
}

const call = (name: string, args: Record<string, unknown>): ModelReply => ({ steps: [{ kind: "tool", name, arguments: args }] });
/** The start of a program of a package that runs on Node. */
const onNode = (file: string): string[] => [process.execPath, join(import.meta.dirname, "../node_modules", file)];

export const REAL_CLI_AGENTS: readonly RealCliAgent[] = [
  {
    id: "claude",
    transport: "cli",
    command: [findClaude()],
    // It runs commands for root only where it is told that this is a sandbox.
    setUp: ({ origin, apiKey }) => ({
      env: { ANTHROPIC_BASE_URL: origin, ANTHROPIC_API_KEY: apiKey, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", IS_SANDBOX: "1" },
    }),
    acts: "bypassPermissions",
    login: /Not logged in[^]*claude auth login in a terminal/,
    streams: true,
    run: (command) => call("Bash", { command, description: "Runs it" }),
    write: (path, text) => call("Write", { file_path: path, content: text }),
  },
  {
    id: "pi",
    transport: "cli",
    command: onNode("@mariozechner/pi-coding-agent/dist/cli.js"),
    setUp: ({ baseUrl, apiKey }) => ({
      env: { PI_OFFLINE: "1" },
      files: {
        ".pi/agent/settings.json": JSON.stringify({ defaultProvider: "scripted", defaultModel: "scripted" }),
        ".pi/agent/models.json": JSON.stringify({
          providers: {
            scripted: { baseUrl, apiKey, api: "openai-completions", models: [{ id: "scripted", reasoning: true }, { id: "other" }] },
          },
        }),
      },
    }),
    acts: "everything",
    login: /No API key found[^]*in a terminal and enter \/login/,
    streams: true,
    run: (command) => call("bash", { command }),
    write: (path, text) => call("write", { path, content: text }),
  },
  {
    id: "codex",
    transport: "cli",
    command: onNode("@openai/codex/bin/codex.js"),
    setUp: ({ baseUrl, apiKey }) => ({
      env: { SCRIPTED_KEY: apiKey },
      files: {
        ".codex/config.toml": `model = "gpt-5.5"
model_provider = "scripted"
[model_providers.scripted]
name = "Scripted"
base_url = "${baseUrl}"
env_key = "SCRIPTED_KEY"
wire_api = "responses"
`,
      },
    }),
    acts: "danger-full-access",
    streams: false,
    run: (command) => call("exec_command", { cmd: command }),
  },
];
