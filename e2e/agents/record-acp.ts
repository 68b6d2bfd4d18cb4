import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { findProfile } from "@boocode/coder/backends/acp/opening/agent-profiles";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { REAL_AGENTS, writeFiles } from "./real-agent.ts";
import { toAgentEnv } from "./to-agent-env.ts";

/**
 * Refreshes the recordings in `apps/coder/src/backends/acp/updates/fixtures`: the standard output of real agents in a session with
 * a scripted model. Run it with `node e2e/agents/record-acp.ts [goose | qwen | claude | codex | gemini] [child]`; review the changes before
 * committing them. `child`: a turn in which the agent gives a part of its work to one of its own.
 */
const FIXTURES = resolve(import.meta.dirname, "../../apps/coder/src/backends/acp/updates/fixtures");
const QUIET_MS = 1_500;

/** Number of entries kept of long lists and texts, which add no information. */
const MAX_LISTED = 4;
const MAX_TEXT_CHARS = 500;
/** A field left out because it has whole manuals and their paths on this machine. */
const LEFT_OUT = "availableSkillDetails";

interface Line {
  id?: number | string;
  method?: string;
  params?: { options?: { optionId: string; kind: string }[] };
  result?: { sessionId?: string };
}

const call = (name: string, args: Record<string, unknown>): ModelReply => ({ steps: [{ kind: "tool", name, arguments: args }] });
const speak: ModelReply = {
  steps: [
    { kind: "reasoning", text: "I think so." },
    { kind: "text", text: "This is what I say." },
  ],
};
/** Tools that an agent offers for a turn, and not for what it asks the model on the side. */
const MAIN_TOOLS: ReadonlySet<string> = new Set(["shell", "skill", "Bash", "exec_command", "activate_skill"]);
const REPLIES: Readonly<Record<string, (folder: string) => readonly ModelReply[]>> = {
  goose: (folder) => [
    speak,
    call("write", { path: `${folder}/b.txt`, content: "new\n" }),
    call("edit", { path: `${folder}/a.txt`, before: "one", after: "two" }),
    call("shell", { command: "echo out; exit 3" }),
  ],
  claude: (folder) => [
    speak,
    call("Write", { file_path: `${folder}/b.txt`, content: "new\n" }),
    call("Read", { file_path: `${folder}/a.txt` }),
    call("Edit", { file_path: `${folder}/a.txt`, old_string: "one", new_string: "two" }),
    call("Bash", { command: "echo out; exit 3", description: "Says out" }),
  ],
  codex: () => [
    speak,
    call("exec_command", { cmd: "echo out; exit 3", sandbox_permissions: "require_escalated", justification: "Why not?" }),
  ],
  gemini: (folder) => [
    speak,
    call("write_file", { file_path: `${folder}/b.txt`, content: "new\n" }),
    call("read_file", { file_path: `${folder}/a.txt` }),
    call("replace", { file_path: `${folder}/a.txt`, instruction: "Count", old_string: "one", new_string: "two" }),
    call("run_shell_command", { command: "echo out; exit 3", description: "Says out" }),
  ],
  qwen: (folder) => [
    speak,
    call("write_file", { file_path: `${folder}/b.txt`, content: "new\n" }),
    call("read_file", { file_path: `${folder}/a.txt` }),
    call("edit", { file_path: `${folder}/a.txt`, old_string: "one", new_string: "two" }),
    call("run_shell_command", { command: "echo out; exit 3", is_background: false, description: "Says out" }),
  ],
};

/** How each agent is made to delegate, and what its child does before it is done. */
const DELEGATES: Readonly<Record<string, (folder: string) => { delegate: ModelReply; act: ModelReply }>> = {
  claude: (folder) => ({
    delegate: call("Agent", {
      description: "Look around",
      prompt: "Look at the house",
      subagent_type: "general-purpose",
      run_in_background: false,
    }),
    act: call("Write", { file_path: `${folder}/child.txt`, content: "child\n" }),
  }),
  qwen: (folder) => ({
    delegate: call("agent", {
      description: "Look around",
      prompt: "Look at the house",
      subagent_type: "general-purpose",
      run_in_background: false,
    }),
    act: call("write_file", { file_path: `${folder}/child.txt`, content: "child\n" }),
  }),
};
const textOf = (text: string): ModelReply => ({ steps: [{ kind: "text", text }] });

const [name = "goose", variant] = process.argv.slice(2);
const isChild = variant === "child";
const agent = REAL_AGENTS.find(({ id }) => id === name);
const replies = REPLIES[name];
if (!agent || !replies || (isChild && !DELEGATES[name])) throw new Error(`There is no script for ${name}`);
await using repository = await createRepository({ "a.txt": "one\n", "README.md": "# Test\n" });
await using home = await createTempFolder();
let asked = 0;
await using model = await ScriptedModel.start({
  script: ({ body }) => {
    if (isChild) return toDelegated(body.messages);
    const isMain = body.tools?.some(({ function: { name } }) => MAIN_TOOLS.has(name));
    return isMain ? (replies(repository.path)[asked++] ?? speak) : { steps: [{ kind: "text", text: "A title" }] };
  },
});
function toDelegated(messages: readonly { role: string; content: unknown }[]): ModelReply {
  const said = JSON.stringify(messages);
  const { delegate, act } = DELEGATES[name]!(repository.path);
  const isAnswered = messages.at(-1)?.role === "tool";
  if (said.includes("Delegate it")) return isAnswered ? textOf("It was delegated.") : delegate;
  if (!said.includes("Look at the house")) return textOf("A title");
  return isAnswered ? textOf("The house is fine.") : { steps: [{ kind: "text", text: "I look at the house. " }, ...(act.steps ?? [])] };
}
const { env, files } = agent.setUp(model);
await writeFiles(home.path, files);
const [program = "", ...argv] = agent.command;
const child = spawn(program, [...argv, ...findProfile(agent.id, []).argv], {
  cwd: repository.path,
  env: { ...toAgentEnv(home.path), ...env, GOOSE_MODE: "approve" },
  stdio: ["pipe", "pipe", "inherit"],
});
try {
  const lines: string[] = [];
  const waiting = new Map<number | string, (line: Line) => void>();
  const send = (message: object) => void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  createInterface(child.stdout).on("line", (text) => {
    lines.push(text);
    const line = JSON.parse(text) as Line;
    if (line.id === undefined) return;
    if (line.method === undefined) return waiting.get(line.id)?.(line);
    const option = line.params?.options?.find(({ kind }) => kind === "allow_once");
    send({
      id: line.id,
      ...(option
        ? { result: { outcome: { outcome: "selected", optionId: option.optionId } } }
        : { error: { code: -32_601, message: "No" } }),
    });
  });
  let lastId = 0;
  const ask = (method: string, params: object): Promise<Line> => {
    lastId += 1;
    send({ id: lastId, method, params });
    return new Promise((done) => waiting.set(lastId, done));
  };
  await ask("initialize", { protocolVersion: 1, clientCapabilities: {} });
  const opened = await ask("session/new", { cwd: repository.path, mcpServers: [] });
  // With an id of its own, so that the answers that a test waits for keep their numbers.
  const toMode = { sessionId: opened.result?.sessionId, modeId: agent.asks };
  if (name === "claude") send({ id: "mode", method: "session/set_mode", params: toMode });
  for (const text of isChild ? ["Delegate it"] : ["Say hello", "Use your tools"]) {
    await ask("session/prompt", { sessionId: opened.result?.sessionId, prompt: [{ type: "text", text }] });
  }
  await new Promise((done) => setTimeout(done, QUIET_MS));
  mkdirSync(FIXTURES, { recursive: true });
  const text = lines.map(shorten).join("\n").replaceAll(repository.path, "/worktree").replaceAll(home.path, "/home/person");
  const file = isChild ? `${name}-child` : name;
  writeFileSync(join(FIXTURES, `${file}.jsonl`), `${text}\n`);
  process.stdout.write(`${file}: ${lines.length} lines\n`);
} finally {
  child.kill("SIGKILL");
}

function shorten(line: string): string {
  const shortened = JSON.parse(line, (key, value: unknown) => {
    if (key === LEFT_OUT) return undefined;
    if (Array.isArray(value)) return value.slice(0, MAX_LISTED);
    return typeof value === "string" ? value.slice(0, MAX_TEXT_CHARS) : value;
  }) as unknown;
  return JSON.stringify(shortened);
}
