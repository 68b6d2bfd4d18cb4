import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import type { ScriptedModel } from "@boocode/testkit/scripted-model";
import { findGoose } from "./find-goose.ts";

/** How tests drive one real agent over ACP. */
export interface RealAgent {
  id: string;
  /** Its program, with BooCode's own arguments left out. */
  command: readonly string[];
  /** What a person sets up so that it uses the scripted model: variables, and files in the home directory. */
  setUp(model: ScriptedModel): { env: Record<string, string>; files?: Record<string, string> };
  /** The mode in which it asks before it acts, and the one in which it does not. */
  asks: string;
  acts: string;
  /** Another model than the one that it begins with: its id, and the name that its server is asked for. */
  other?: { id: string; wire: RegExp };
  /** Makes its sessions look as if they had begun earlier, where it can load only those. */
  letTimePass?(home: string): Promise<void>;
  /** The end of a turn in which a person refused its only command. */
  endsWhenRefused: { state: string; cause?: string };
  /** The model's calls that run a command line, in the mode that acts and in the one that asks. */
  run(command: string): ModelReply;
  ask?(command: string): ModelReply;
  /** The model's call that writes a file; absent where the agent writes by commands only. */
  write?(path: string, text: string): ModelReply;
}

const call = (name: string, args: Record<string, unknown>): ModelReply => ({ steps: [{ kind: "tool", name, arguments: args }] });
/** The start of a program of a package that runs on Node. */
const onNode = (file: string): string[] => [process.execPath, join(import.meta.dirname, "../node_modules", file)];

export const REAL_AGENTS: readonly RealAgent[] = [
  {
    id: "goose",
    command: [findGoose()],
    setUp: ({ origin, apiKey }) => ({
      env: { GOOSE_PROVIDER: "openai", GOOSE_MODEL: "scripted", OPENAI_HOST: origin, OPENAI_API_KEY: apiKey, GOOSE_DISABLE_KEYRING: "1" },
    }),
    other: { id: "gpt-5.5", wire: /^gpt-5\.5$/ },
    asks: "approve",
    acts: "auto",
    endsWhenRefused: { state: "completed" },
    run: (command) => call("shell", { command }),
    write: (path, text) => call("write", { path, content: text }),
  },
  {
    id: "qwen",
    command: [...onNode("@qwen-code/qwen-code/cli-entry.js"), "--auth-type", "openai"],
    setUp: ({ baseUrl, apiKey }) => ({ env: { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey, OPENAI_MODEL: "scripted" } }),
    // One of an endpoint: it lists only the one that it was set up with.
    other: { id: "other", wire: /^other$/ },
    asks: "default",
    acts: "yolo",
    endsWhenRefused: { state: "completed" },
    run: (command) => call("run_shell_command", { command, is_background: false, description: "Runs it" }),
    write: (path, text) => call("write_file", { file_path: path, content: text }),
  },
  {
    id: "claude",
    command: onNode("@agentclientprotocol/claude-agent-acp/dist/index.js"),
    setUp: ({ origin, apiKey }) => ({
      env: { ANTHROPIC_BASE_URL: origin, ANTHROPIC_API_KEY: apiKey, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" },
    }),
    other: { id: "haiku", wire: /haiku/ },
    asks: "default",
    // It offers no mode that runs commands without asking.
    acts: "default",
    endsWhenRefused: { state: "completed" },
    run: (command) => call("Bash", { command, description: "Runs it" }),
    write: (path, text) => call("Write", { file_path: path, content: text }),
  },
  {
    id: "codex",
    command: onNode("@zed-industries/codex-acp/bin/codex-acp.js"),
    setUp: ({ baseUrl, apiKey }) => ({
      env: { SCRIPTED_KEY: apiKey },
      files: {
        ".codex/config.toml": `model = "gpt-5.4"
model_provider = "scripted"
[model_providers.scripted]
name = "Scripted"
base_url = "${baseUrl}"
env_key = "SCRIPTED_KEY"
wire_api = "responses"
`,
      },
    }),
    other: { id: "gpt-5.4-mini", wire: /^gpt-5\.4-mini$/ },
    asks: "read-only",
    acts: "full-access",
    endsWhenRefused: { state: "cancelled", cause: "stopped_by_person" },
    run: (command) => call("exec_command", { cmd: command }),
    // Its sandbox needs bubblewrap: outside the sandbox it asks.
    ask: (command) => call("exec_command", { cmd: command, sandbox_permissions: "require_escalated", justification: "Why not?" }),
  },
  {
    id: "gemini",
    command: onNode("@google/gemini-cli/bundle/gemini.js"),
    setUp: ({ origin, apiKey }) => ({
      env: { GOOGLE_GEMINI_BASE_URL: origin, GEMINI_API_KEY: apiKey, GEMINI_MODEL: "gemini-2.5-flash" },
      files: { ".gemini/settings.json": JSON.stringify({ security: { auth: { selectedType: "gemini-api-key" } } }) },
    }),
    other: { id: "gemini-2.5-pro", wire: /^gemini-2\.5-pro$/ },
    asks: "default",
    // It names a session's file by the minute, and overwrites that file when it loads the session within that minute.
    letTimePass: (home) => renameFiles(join(home, ".gemini/tmp"), /session-\d{4}-/, "session-2020-"),
    // It refuses its other modes in a folder that it was not told to trust.
    acts: "default",
    endsWhenRefused: { state: "completed" },
    run: (command) => call("run_shell_command", { command, description: "Runs it" }),
    write: (path, text) => call("write_file", { file_path: path, content: text }),
  },
];

/** Writes files into a home directory. */
export async function writeFiles(home: string, files: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
  }
}

async function renameFiles(folder: string, part: RegExp, by: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (part.test(entry.name)) await rename(join(entry.parentPath, entry.name), join(entry.parentPath, entry.name.replace(part, by)));
  }
}
