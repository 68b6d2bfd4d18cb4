import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startOpencodeServer } from "@boocode/coder/backends/opencode/server/opencode-server";
import { newMessageId } from "@boocode/coder/backends/opencode/wire/message-id";
import { toServerConfig } from "@boocode/coder/backends/opencode/server/server-config";
import { TaskId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { createRepository, createTempFolder, type TestRepository } from "@boocode/testkit/repo-builder";
import type { ModelReply, ModelRequest } from "@boocode/testkit/model/model-script";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { findOpencode } from "./find-opencode.ts";
import { toAgentEnv } from "./to-agent-env.ts";

/**
 * Refreshes the recordings in `apps/coder/src/backends/opencode/fixtures`: the real opencode's events of a few turns with a scripted model.
 * Run it with `node e2e/agents/record-opencode.ts`; review the changes before committing them.
 */
const FIXTURES = resolve(import.meta.dirname, "../../apps/coder/src/backends/opencode/fixtures");
const LIMIT_MS = 5_000;
const QUIET_MS = 1_500;
/** Events that every server sends at every start and that belong to no chat. */
const NOISE = new Set([
  "plugin.added",
  "catalog.updated",
  "reference.updated",
  "integration.updated",
  "server.heartbeat",
  "project.updated",
]);

interface Turn {
  text: string;
  model?: string;
  agent?: string;
  /** The model's answers in order of its requests in this turn; requests for titles are not counted. */
  replies: (folder: string, outside: string) => readonly ModelReply[];
  /** Aborts after this many text events. */
  abortAfterDeltas?: number;
  /** Aborts after a command has written output. */
  isCommandAborted?: boolean;
  answerPermission?: "once" | "reject";
}

const say = (text: string): ModelReply => ({ steps: [{ kind: "text", text }] });
const call = (name: string, args: Record<string, unknown>): ModelReply => ({ steps: [{ kind: "tool", name, arguments: args }] });

const TURNS: Record<string, Turn> = {
  speak: {
    text: "Say hello",
    replies: () => [
      {
        steps: [
          { kind: "reasoning", text: "A greeting is asked for." },
          { kind: "text", text: "Hello there, world.\n" },
        ],
      },
    ],
  },
  edit: {
    text: "Edit two files",
    replies: (folder) => [
      call("write", { filePath: `${folder}/b.txt`, content: "new\n" }),
      call("read", { filePath: `${folder}/a.txt` }),
      call("edit", { filePath: `${folder}/a.txt`, oldString: "one", newString: "two" }),
      say("Both are edited."),
    ],
  },
  command: {
    text: "Run it",
    replies: () => [call("bash", { command: "echo out; echo err >&2; exit 3", description: "Runs it" }), say("It failed with 3.")],
  },
  abort: {
    text: "Talk on",
    abortAfterDeltas: 2,
    replies: () => [
      {
        steps: [
          { kind: "text", text: "one two three" },
          { kind: "wait", barrier: new Barrier() },
        ],
      },
    ],
  },
  "command-stopped": {
    text: "Run it",
    isCommandAborted: true,
    replies: () => [call("bash", { command: "echo begun; sleep 60", description: "Takes its time" }), say("It is over.")],
  },
  permission: {
    text: "Read outside",
    answerPermission: "once",
    replies: (_, outside) => [call("read", { filePath: `${outside}/note.txt` }), say("I read it.")],
  },
  rejection: {
    text: "Read outside",
    answerPermission: "reject",
    replies: (_, outside) => [call("read", { filePath: `${outside}/note.txt` }), say("I may not.")],
  },
  plan: {
    text: "Plan it",
    replies: () => [
      call("todowrite", {
        todos: [
          { content: "First", status: "in_progress", priority: "high" },
          { content: "Second", status: "pending", priority: "low" },
        ],
      }),
      say("Planned."),
    ],
  },
  child: {
    text: "Delegate it",
    replies: () => [
      call("task", { description: "Look", prompt: "Look around", subagent_type: "general" }),
      call("bash", { command: "echo child", description: "Says child" }),
      say("The child is done."),
      say("Delegated."),
    ],
  },
  compaction: {
    text: "Look at it",
    model: "small",
    replies: (folder) => [
      { ...call("read", { filePath: `${folder}/a.txt` }), usage: { promptTokens: 30_000, completionTokens: 100 } },
      say("## Goal\nTo look at one file."),
      say("I looked at it."),
    ],
  },
  "model-error": {
    text: "Fail",
    replies: () => [{ status: 400, body: JSON.stringify({ error: { message: "The request is not allowed" } }) }],
  },
  "model-unknown": { text: "Fail", model: "missing", replies: () => [] },
  "agent-unknown": { text: "Fail", agent: "missing", replies: () => [] },
};

await using repository = await createRepository({ "a.txt": "one\n", "README.md": "# Test\n" });
await using outside = await createTempFolder();
writeFileSync(join(outside.path, "note.txt"), "note\n");
await using home = await createTempFolder();
let replies: readonly ModelReply[] = [];
let asked = 0;
await using model = await ScriptedModel.start({
  script: (request: ModelRequest) => (isOfTurn(request) ? (replies[asked++] ?? say("Done.")) : say("A title")),
});
/** It asks for titles and summaries without tools, for titles with instructions. */
const isOfTurn = ({ body }: ModelRequest) => body.tools !== undefined || !JSON.stringify(body.messages[0]).includes("title generator");
const endpoint = { id: "default", baseUrl: model.baseUrl, apiKey: model.apiKey, isScripted: false };
const config = toServerConfig([{ endpoint, modelIds: ["scripted", "small"] }], home.path) as {
  provider: { default: { models: Record<string, object> } };
};
Object.assign(config.provider.default.models["small"]!, { limit: { context: 24_000, output: 4_000 } });
const server = await startOpencodeServer({
  command: [findOpencode()],
  cwd: home.path,
  api: 1,
  version: "1.18.33",
  env: {
    ...toAgentEnv(home.path),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
  },
  readyLimitMs: 60_000,
});
try {
  mkdirSync(FIXTURES, { recursive: true });
  const wanted = process.argv.slice(2);
  for (const [name, turn] of Object.entries(TURNS)) if (wanted.length === 0 || wanted.includes(name)) await record(name, turn, repository);
} finally {
  await server.close();
}

async function record(name: string, turn: Turn, { path: directory }: TestRepository): Promise<void> {
  const { client } = server;
  replies = turn.replies(directory, outside.path);
  asked = 0;
  const lines: string[] = [];
  let deltas = 0;
  let quiet = setTimeout(() => {}, 0);
  const over = Promise.withResolvers<void>();
  let isOver = false;
  let isAborted = false;
  const { id: sessionId } = await client.createSession(directory);
  const place = { directory, sessionId };
  const promptId = newMessageId(Date.now(), { sessionId, taskId: TaskId.parse("tsk_1") });
  const stream = await client.openStream({
    directory,
    onAlive: () => {},
    onTooLarge: () => {},
    onData: (data) => {
      const event = data as { type: string; properties: { id?: string } };
      if (NOISE.has(event.type)) return;
      lines.push(JSON.stringify(data));
      if (event.type === "message.part.delta" && ++deltas === turn.abortAfterDeltas) void client.abort(place, LIMIT_MS);
      if (turn.isCommandAborted && !isAborted && lines.at(-1)?.includes('"metadata":{"output":"begun')) {
        isAborted = true;
        void client.abort(place, LIMIT_MS);
      }
      if (event.type === "permission.asked" && turn.answerPermission)
        void client.replyPermission({ ...place, requestId: event.properties.id ?? "", family: "directory" }, turn.answerPermission);
      if (event.type === "session.idle" || event.type === "session.error") isOver = true;
      clearTimeout(quiet);
      if (isOver) quiet = setTimeout(over.resolve, QUIET_MS);
    },
  });
  const model = { providerID: "default", modelID: turn.model ?? "scripted" };
  await client.promptAsync(place, { promptId, text: turn.text, model, mode: turn.agent ?? null }).catch((error: unknown) => {
    lines.push(JSON.stringify({ type: "refused", properties: { message: String(error) } }));
    over.resolve();
  });
  await over.promise;
  stream.close();
  const text = [JSON.stringify({ sessionId, promptId }), ...lines]
    .join("\n")
    .replaceAll(directory, "/worktree")
    .replaceAll(outside.path, "/outside")
    .replaceAll(home.path, "/home/person");
  writeFileSync(join(FIXTURES, `${name}.jsonl`), `${text}\n`);
  process.stdout.write(`${name}: ${lines.length} events\n`);
}
