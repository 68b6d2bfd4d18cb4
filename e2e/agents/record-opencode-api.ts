import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startOpencodeServer } from "@boocode/coder/backends/opencode/server/opencode-server";
import { toServerConfig } from "@boocode/coder/backends/opencode/server/server-config";
import { connect } from "@boocode/coder/backends/opencode/wire/connect";
import { newMessageId } from "@boocode/coder/backends/opencode/wire/message-id";
import { toAuthorization } from "@boocode/coder/backends/opencode/wire/opencode-fetch";
import { TaskId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { findOpencode } from "./find-opencode.ts";
import { toAgentEnv } from "./to-agent-env.ts";

/**
 * Refreshes the recordings `api-*` in `apps/coder/src/backends/opencode/fixtures`: what the real opencode 1.18 sends through the interface of
 * opencode 2. Run it with `node e2e/agents/record-opencode-api.ts`; review the changes before committing them.
 */
const FIXTURES = resolve(import.meta.dirname, "../../apps/coder/src/backends/opencode/fixtures");
const LIMIT_MS = 5_000;
const QUIET_MS = 1_000;

interface Turn {
  replies: readonly ModelReply[];
  /** Stops once an event of this kind has come. */
  stopAt?: string;
  permission?: "once" | "reject";
}

const say = (text: string): ModelReply => ({ steps: [{ kind: "text", text }] });
const call = (name: string, args: Record<string, unknown>): ModelReply => ({ steps: [{ kind: "tool", name, arguments: args }] });

await using repository = await createRepository({ "a.txt": "one\n", "README.md": "# Test\n" });
await using outside = await createTempFolder();
writeFileSync(join(outside.path, "note.txt"), "note\n");
await using home = await createTempFolder();
const readOutside = call("read", { path: join(outside.path, "note.txt") });
const options = ["Blue", "Red"].map((label) => ({ label, description: label }));
const TURNS: Record<string, Turn> = {
  speak: {
    replies: [
      {
        steps: [
          { kind: "reasoning", text: "A greeting is asked for." },
          { kind: "text", text: "Hello there, world.\n" },
        ],
      },
    ],
  },
  edit: {
    replies: [
      call("write", { path: "b.txt", content: "new\n" }),
      call("read", { path: "a.txt" }),
      call("edit", { path: "a.txt", oldString: "one", newString: "two" }),
      say("Both are edited."),
    ],
  },
  command: { replies: [call("bash", { command: "echo out; echo err >&2; exit 3" }), say("It failed with 3.")] },
  abort: {
    stopAt: "session.next.text.delta",
    replies: [
      {
        steps: [
          { kind: "text", text: "one two three" },
          { kind: "wait", barrier: new Barrier() },
        ],
      },
    ],
  },
  "command-stopped": {
    stopAt: "session.next.tool.called",
    replies: [call("bash", { command: "echo begun; sleep 60" }), say("It is over.")],
  },
  permission: { permission: "once", replies: [readOutside, say("I read it.")] },
  rejection: { permission: "reject", replies: [readOutside, say("I may not.")] },
  question: { replies: [call("question", { questions: [{ question: "Blue or red?", header: "Colour", options }] }), say("Red it is.")] },
  plan: { replies: [call("todowrite", { todos: [{ content: "First", status: "in_progress", priority: "high" }] }), say("Planned.")] },
  "model-error": { replies: [{ status: 400, body: JSON.stringify({ error: { message: "The request is not allowed" } }) }] },
};

let replies: readonly ModelReply[] = [];
let asked = 0;
await using model = await ScriptedModel.start({ script: ({ body }) => (body.tools ? (replies[asked++] ?? say("Done.")) : say("A title")) });
const endpoint = { id: "default", baseUrl: model.baseUrl, apiKey: model.apiKey, isScripted: false };
const { plugin: _, ...config } = toServerConfig([{ endpoint, modelIds: ["scripted"] }], home.path) as Record<string, unknown>;
// The only place where this interface of 1.18 reads its configuration.
mkdirSync(join(home.path, ".config/opencode"), { recursive: true });
writeFileSync(join(home.path, ".config/opencode/opencode.json"), JSON.stringify(config));
const server = await startOpencodeServer({
  command: [findOpencode()],
  cwd: home.path,
  api: 1,
  version: "1.18.33",
  env: toAgentEnv(home.path),
  readyLimitMs: 60_000,
});
try {
  const wanted = process.argv.slice(2);
  for (const [name, turn] of Object.entries(TURNS)) if (wanted.length === 0 || wanted.includes(name)) await record(name, turn);
} finally {
  await server.close();
}

async function record(name: string, { replies: next, stopAt, permission = "once" }: Turn): Promise<void> {
  const { path: directory } = repository;
  const { address } = server.client;
  const client = await connect(address, { api: 2, version: "1.18.33" });
  [replies, asked] = [next, 0];
  const { id: sessionId } = await client.createSession(directory);
  const place = { directory, sessionId };
  const promptId = newMessageId(Date.now(), { sessionId, taskId: TaskId.parse("tsk_1") });
  const lines: string[] = [];
  const stopping = new AbortController();
  const headers = { authorization: toAuthorization(address), accept: "text/event-stream" };
  const stream = await fetch(`${address.url}/api/event`, { headers, signal: stopping.signal });
  let isStopped = false;
  const onLine = (line: string) => {
    const event = JSON.parse(line) as { type: string; data: { sessionID?: string; id?: string } };
    if (event.data.sessionID !== sessionId) return;
    lines.push(line);
    const requestId = event.data.id ?? "";
    if (event.type === "permission.v2.asked") void client.replyPermission({ ...place, requestId, family: "session" }, permission);
    if (event.type === "question.v2.asked") void client.replyQuestion({ ...place, requestId, family: "session" }, [["Red"]]);
    if (event.type !== stopAt || isStopped) return;
    isStopped = true;
    setTimeout(() => void client.abort(place, LIMIT_MS), QUIET_MS);
  };
  void readLines(stream, onLine).catch(() => {});
  await client.promptAsync(place, { promptId, text: "Do it", model: { providerID: "default", modelID: "scripted" }, mode: null });
  do await new Promise((resolve) => void setTimeout(resolve, QUIET_MS));
  while (sessionId in (await client.readStatuses(directory)));
  stopping.abort();
  const text = [JSON.stringify({ sessionId, promptId, api: true }), ...lines]
    .join("\n")
    .replaceAll(directory, "/worktree")
    .replaceAll(outside.path, "/outside")
    .replaceAll(home.path, "/home/person");
  writeFileSync(join(FIXTURES, `api-${name}.jsonl`), `${text}\n`);
  process.stdout.write(`${name}: ${lines.length} events\n`);
}

async function readLines(stream: Response, onLine: (json: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("data: ")) onLine(line.slice("data: ".length));
  }
}
