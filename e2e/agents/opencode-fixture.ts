import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentConversation, BackendLogger, OpenAgentInput, PromptInput } from "@boocode/shared/agents/agent-backend";
import { makeServers, OpencodeBackend, type OpencodeBackendOptions } from "@boocode/coder/backends/opencode/opencode-backend";
import { openConversation } from "@boocode/coder/backends/opencode/open-conversation";
import { toServerConfig } from "@boocode/coder/backends/opencode/server/server-config";
import { ServerGeneration } from "@boocode/coder/backends/opencode/server/server-generation";
import { connect } from "@boocode/coder/backends/opencode/wire/connect";
import type { ServerClient } from "@boocode/coder/backends/opencode/wire/opencode-client";
import { systemTime } from "../../apps/coder/src/platform/time.ts";
import { toAuthorization } from "@boocode/coder/backends/opencode/wire/opencode-fetch";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import { listMissed } from "@boocode/shared/chats/list-missed";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { BUILT_IDS, buildEvents } from "@boocode/shared/testing/build";
import { Barrier } from "@boocode/testkit/barrier";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { createOpencodeClient } from "@opencode-ai/sdk/v2/client";
import type { ModelReply, ModelRequest } from "@boocode/testkit/model/model-script";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import type { ContractTurn } from "../../apps/coder/src/backends/backend-contract.ts";
import { findOpencode } from "./find-opencode.ts";
import { toAgentEnv } from "./to-agent-env.ts";
import { killMarked, TEST_MARKER } from "./kill-marked.ts";

export const silentLogger: BackendLogger = { debug() {}, info() {}, warn() {}, error() {} };
/** The task id of every prompt in these tests. */
export const TASK = TaskId.parse("tsk_1");

type Script = (request: ModelRequest, index: number) => ModelReply;

/**
 * Starts the real opencode for a test file: its own home, a scripted model, and servers shared by the tests, because each
 * server takes seconds to start.
 */
export async function startRealOpencode({ asTwo = false } = {}) {
  const parts = new AsyncDisposableStack();
  const home = parts.use(await createTempFolder());
  const cwd = join(home.path, "nowhere");
  await mkdir(cwd);
  let script: Script = () => ({ status: 500, body: "There is no script" });
  let asked = 0;
  // opencode also requests a title, without tools: such requests are not counted.
  const reply = (request: ModelRequest): ModelReply =>
    request.body.tools ? script(request, asked++) : { steps: [{ kind: "text", text: "A title" }] };
  const model = parts.use(await ScriptedModel.start({ script: reply }));
  // The daemon's loopback model also runs, for requests whose answers are discarded.
  const demo = parts.use(
    await ScriptedModel.start({ script: () => ({ steps: [{ kind: "text", text: "1" }] }), models: ["demo"], apiKey: "demo" }),
  );
  const marker = `opencode-${process.pid}-${performance.now()}`;
  let starts = 0;
  const file = asTwo ? await writeTwo(home.path) : findOpencode();
  if (!asTwo) await writeConfig(home.path, model);
  const endpoints = [
    { id: "default", baseUrl: model.baseUrl, apiKey: model.apiKey, isScripted: false },
    { id: "coder", baseUrl: demo.baseUrl, apiKey: demo.apiKey, isScripted: true },
  ];
  const options: OpencodeBackendOptions = {
    findCommand: async () => ({ argv: [file], env: {} }),
    endpoints: () => endpoints,
    isRemoved: () => false,
    defaultModel: "scripted",
    breaker: { check: () => void (starts += 1), died() {} },
    cwd,
    logger: silentLogger,
  };
  const servers = makeServers(options);
  parts.defer(() => servers.close());
  const makeWorktree = () => createRepository({ "README.md": "# Test\n", "a.txt": "one\n" });
  const shared = parts.use(await makeWorktree());
  const toOpening = (worktreePath: string): OpenAgentInput => ({
    chatId: ChatId.parse("chat_1"),
    agent: AgentId.parse("opencode"),
    worktreePath,
    projectTrusted: true,
    resume: null,
    env: { ...toAgentEnv(home.path), [TEST_MARKER]: marker },
  });
  // This chat keeps opencode's state for the shared worktree, which is disposed of with the worktree's last chat.
  const keeper = new OpencodeBackend({ ...options, servers });
  parts.defer(() => keeper.close());
  await keeper.open(toOpening(shared.path));
  return {
    model,
    /** The model for requests whose answers are discarded. */
    demo,
    /** Lists the sessions that opencode keeps for a directory. */
    async sessionsOf(directory: string): Promise<{ id: string }[]> {
      const { client } = await servers.take(toOpening(directory).env);
      return client.listSessions(directory);
    },
    home: home.path,
    marker,
    /** A client of the running server, independent of the backend. */
    client() {
      if (!servers.current) throw new Error("No server runs");
      return servers.current.client;
    },
    /** The SDK on the running server, for requests that BooCode never makes. */
    sdk() {
      if (!servers.current) throw new Error("No server runs");
      const { address } = servers.current.client;
      return createOpencodeClient({ baseUrl: address.url, headers: { authorization: toAuthorization(address) }, throwOnError: true });
    },
    /** Kills all servers, as a crash would. */
    kill: () => killMarked(marker),
    /** The number of servers started so far. */
    starts: () => starts,
    /** Builds a backend on the shared servers whose model answers by `next`, with the loaded worktree or its own. */
    async setUp(next: Script, { hasOwnWorktree = false } = {}) {
      script = next;
      asked = 0;
      const own = new AsyncDisposableStack();
      const worktree = hasOwnWorktree ? own.use(await makeWorktree()) : shared;
      const backend = new OpencodeBackend({ ...options, servers });
      own.defer(() => backend.close());
      const opening = toOpening(worktree.path);
      return { backend, opening, worktree, [Symbol.asyncDispose]: () => own.disposeAsync() };
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/**
 * Writes a program that reports to be opencode 2 and is 1.18, whose server has the interface of opencode 2 beside its own. There it reads its
 * configuration from one file only.
 */
async function writeTwo(home: string): Promise<string> {
  const file = join(home, "opencode-2.sh");
  const script = `#!/bin/sh
[ "$1" = --version ] && { echo 2.0.0; exit; }
mkdir -p "$HOME/.config/opencode"
cp "$OPENCODE_CONFIG" "$HOME/.config/opencode/opencode.json"
exec '${findOpencode()}' "$@"
`;
  await writeFile(file, script, { mode: 0o755 });
  return file;
}

/** Writes the configuration that the interface of opencode 2 reads in 1.18. */
async function writeConfig(home: string, model: ScriptedModel): Promise<void> {
  const endpoint = { id: "default", baseUrl: model.baseUrl, apiKey: model.apiKey, isScripted: false };
  const { plugin: _, ...config } = toServerConfig([{ endpoint, modelIds: ["scripted"] }], home) as Record<string, unknown>;
  await mkdir(join(home, ".config/opencode"), { recursive: true });
  await writeFile(join(home, ".config/opencode/opencode.json"), JSON.stringify(config));
}

/** Opens a conversation with a running server of opencode 1 through its interface of opencode 2. */
export async function openThroughApi({ address }: ServerClient, directory: string): Promise<AgentConversation> {
  const client = await connect(address, { api: 2, version: "1.18.33" });
  const forever = new Promise<never>(() => {});
  const server = {
    client,
    version: "1.18.33",
    identity: { pid: process.pid, startTime: "0" },
    exited: forever,
    swept: forever,
    close: async () => {},
  };
  const parts = { time: systemTime, logger: silentLogger };
  return await openConversation(
    {
      ...parts,
      generation: new ServerGeneration("shared", server, { ...parts, idleMs: 600_000 }),
      directory,
      env: {},
      projectTrusted: true,
      silenceMs: 60_000,
      fenceMs: 6_000,
      openLimitMs: 60_000,
      now: Date.now,
      takesImages: async () => null,
      toModel: async () => ({ providerID: "default", modelID: "scripted" }),
      takeNext: () => Promise.reject(new Error("There is no next server")),
      findScriptedModel: async () => null,
    },
    null,
  );
}

/** Sends a prompt, and returns its events and outcome. */
export async function say(
  conversation: AgentConversation,
  text: string,
  onEvent?: (event: AgentEvent) => void,
  mode = "auto",
  more: Pick<PromptInput, "handover"> = {},
) {
  const events: AgentEvent[] = [];
  const end = await conversation.prompt({
    taskId: TASK,
    generation: 1,
    text,
    model: "",
    mode,
    ...more,
    emit: (event: AgentEvent) => {
      events.push(event);
      onEvent?.(event);
    },
  });
  return { end, events, text: textOf(events, "text.delta"), thought: textOf(events, "thought.delta") };
}

export const answer = (text: string): ModelReply => ({ steps: [{ kind: "text", text }] });
export const call = (name: string, args: Record<string, unknown>): ModelReply => ({ steps: [{ kind: "tool", name, arguments: args }] });

/** The model's answers to the turns of the backend contract, and the barriers at which waiting answers pause. */
export function toReplies(turns: readonly ContractTurn[]) {
  const barriers = turns.map(() => new Barrier());
  const replies = turns.map((turn, index): ModelReply => {
    if (turn === "fails") return { status: 400, body: JSON.stringify({ error: { message: "Not like this" } }) };
    if (turn === "waits")
      return {
        steps: [
          { kind: "text", text: "I begin and" },
          { kind: "wait", barrier: barriers[index]! },
        ],
      };
    return {
      steps: [
        { kind: "reasoning", text: "Let me think" },
        { kind: "text", text: "This is what I say." },
      ],
    };
  });
  return { barriers, replies };
}

/** The events of a retold turn that were not emitted originally. */
export function missedOf(said: readonly AgentEvent[], told: readonly AgentEvent[]): AgentEvent[] {
  return listMissed(applyChatEvents(emptyTranscript(BUILT_IDS.chat), buildEvents(said)).items, told);
}

export const textOf = (events: readonly AgentEvent[], type: "text.delta" | "thought.delta") =>
  events.flatMap((event) => (event.type === type ? [event.text] : [])).join("");
