import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { AgentConversation, BackendLogger, OpenAgentInput } from "@boocode/shared/agents/agent-backend";
import { makeServers, OpencodeBackend, type OpencodeBackendOptions } from "@boocode/coder/backends/opencode/opencode-backend";
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
export async function startRealOpencode() {
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
  const options: OpencodeBackendOptions = {
    findCommand: async () => ({ argv: [findOpencode()], env: {} }),
    endpoints: [
      { id: "default", baseUrl: model.baseUrl, apiKey: model.apiKey, isScripted: false },
      { id: "coder", baseUrl: demo.baseUrl, apiKey: demo.apiKey, isScripted: true },
    ],
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

/** Sends a prompt, and returns its events and outcome. */
export async function say(conversation: AgentConversation, text: string, onEvent?: (event: AgentEvent) => void, mode = "auto") {
  const events: AgentEvent[] = [];
  const end = await conversation.prompt({
    taskId: TASK,
    generation: 1,
    text,
    model: "",
    mode,
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
