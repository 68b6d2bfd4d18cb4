import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { findCliProfile } from "@boocode/coder/backends/cli/cli-profiles";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { writeFiles } from "./real-agent.ts";
import { REAL_CLI_AGENTS } from "./real-cli.ts";
import { toAgentEnv } from "./to-agent-env.ts";

/**
 * Refreshes the recordings in `apps/coder/src/backends/cli/wire/fixtures`: what real agents write on their command line in two turns
 * of one session with a scripted model. Run it with `node e2e/agents/record-cli.ts [claude | pi | codex]`; review the changes before
 * committing them.
 */
const FIXTURES = resolve(import.meta.dirname, "../../apps/coder/src/backends/cli/wire/fixtures");
/** Number of entries kept of long lists and texts, which add no information. */
const MAX_LISTED = 4;
const MAX_TEXT_CHARS = 500;

const call = (name: string, args: Record<string, unknown>): ModelReply => ({ steps: [{ kind: "tool", name, arguments: args }] });
const speak: ModelReply = {
  steps: [
    { kind: "reasoning", text: "I think so." },
    { kind: "text", text: "This is what I say." },
  ],
};
const REPLIES: Readonly<Record<string, (folder: string) => readonly ModelReply[]>> = {
  claude: (folder) => [
    speak,
    call("Write", { file_path: `${folder}/b.txt`, content: "new\n" }),
    call("Read", { file_path: `${folder}/a.txt` }),
    call("Edit", { file_path: `${folder}/a.txt`, old_string: "one", new_string: "two" }),
    call("Bash", { command: "echo out; exit 3", description: "Says out" }),
  ],
  pi: (folder) => [
    speak,
    call("write", { path: "b.txt", content: "new\n" }),
    call("read", { path: `${folder}/a.txt` }),
    call("edit", { path: "a.txt", edits: [{ oldText: "one", newText: "two" }] }),
    call("bash", { command: "echo out; exit 3" }),
  ],
  codex: () => [speak, call("exec_command", { cmd: "echo out; exit 3" }), call("exec_command", { cmd: "echo 'it'" })],
};

const [name = "claude"] = process.argv.slice(2);
const agent = REAL_CLI_AGENTS.find(({ id }) => id === name);
const replies = REPLIES[name];
if (!agent || !replies) throw new Error(`There is no script for ${name}`);
await using repository = await createRepository({ "a.txt": "one\n", "README.md": "# Test\n" });
await using home = await createTempFolder();
let asked = 0;
await using model = await ScriptedModel.start({
  script: ({ body }) => (body.tools ? (replies(repository.path)[asked++] ?? speak) : { steps: [{ kind: "text", text: "A title" }] }),
});
const { env, files } = agent.setUp(model);
await writeFiles(home.path, files);
const profile = findCliProfile(agent.id, []);

const lines: string[] = [];
let sessionId: string | null = null;
for (const [text, mode] of [
  ["Say hello", profile.modes[0]!.id],
  ["Use your tools", agent.acts],
] as const) {
  const [program = "", ...argv] = [
    ...agent.command,
    ...profile.toArgv({ resume: sessionId, model: "", mode, isTrusted: true, images: [], folders: [] }),
  ];
  const child = spawn(program, argv, {
    cwd: repository.path,
    env: { ...toAgentEnv(home.path), ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(text);
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (said += piece));
  await new Promise((done) => child.on("close", done));
  const turn = said.split("\n").filter((line) => line !== "");
  const named = turn.flatMap((line) => profile.decode?.(line, repository.path) ?? []).find(({ kind }) => kind === "session");
  if (named?.kind === "session") sessionId = named.sessionId;
  lines.push(...turn);
}
mkdirSync(FIXTURES, { recursive: true });
const text = lines.map(shorten).join("\n").replaceAll(repository.path, "/worktree").replaceAll(home.path, "/home/person");
writeFileSync(join(FIXTURES, `${name}.jsonl`), `${text}\n`);
process.stdout.write(`${name}: ${lines.length} lines\n`);

function shorten(line: string): string {
  const shortened = JSON.parse(line, (_, value: unknown) => {
    if (Array.isArray(value)) return value.slice(0, MAX_LISTED);
    return typeof value === "string" ? value.slice(0, MAX_TEXT_CHARS) : value;
  }) as unknown;
  return JSON.stringify(shortened);
}
