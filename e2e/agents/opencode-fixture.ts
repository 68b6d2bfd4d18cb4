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
import { ScriptedModel, type ModelReply, type ModelRequest } from "@boocode/testkit/scripted-model";
import type { ContractTurn } from "../../apps/coder/src/backends/backend-contract.ts";
import { findOpencode } from "./find-opencode.ts";
import { toAgentEnv } from "./to-agent-env.ts";
import { killMarked, TEST_MARKER } from "./kill-marked.ts";

export const silentLogger: BackendLogger = { debug() {}, info() {}, warn() {}, error() {} };
/** The task of every prompt here. */
export const TASK = TaskId.parse("tsk_1");

type Script = (request: ModelRequest, index: number) => ModelReply;

/**
 * The real opencode for a file of tests: a home of its own, a scripted model, and servers that stay from test to test, because each
 * takes seconds to start.
 */
export async function startRealOpencode() {
  const parts = new AsyncDisposableStack();
  const home = parts.use(await createTempFolder());
  const cwd = join(home.path, "nowhere");
  await mkdir(cwd);
  let script: Script = () => ({ status: 500, body: "There is no script" });
  let asked = 0;
  // It asks for a title on the side, without tools: that is not counted.
  const reply = (request: ModelRequest): ModelReply =>
    request.body.tools ? script(request, asked++) : { steps: [{ kind: "text", text: "A title" }] };
  const model = parts.use(await ScriptedModel.start({ script: reply }));
  // Beside it the loopback model that the daemon has, for what is thrown away.
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
  // Its chat keeps what opencode has loaded for the shared worktree, which is disposed of with the last chat in it.
  const keeper = new OpencodeBackend({ ...options, servers });
  parts.defer(() => keeper.close());
  await keeper.open(toOpening(shared.path));
  return {
    model,
    /** Answers what is thrown away. */
    demo,
    /** The sessions that opencode keeps for a directory. */
    async sessionsOf(directory: string): Promise<{ id: string }[]> {
      const { client } = await servers.take(toOpening(directory).env);
      return client.listSessions(directory);
    },
    home: home.path,
    marker,
    /** Speaks with the server that runs now, beside the backend. */
    client() {
      if (!servers.current) throw new Error("No server runs");
      return servers.current.client;
    },
    /** The SDK over the server that runs now, for what BooCode never asks. */
    sdk() {
      if (!servers.current) throw new Error("No server runs");
      const { address } = servers.current.client;
      return createOpencodeClient({ baseUrl: address.url, headers: { authorization: toAuthorization(address) }, throwOnError: true });
    },
    /** Ends all servers as a crash would. */
    kill: () => killMarked(marker),
    /** How often a server was started. */
    starts: () => starts,
    /** A backend over the shared servers, whose model answers by `next`, with the worktree that is loaded, or one of its own. */
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

/** Prompts, and gives what came of it and how it ended. */
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

/** What the model answers to the turns of the backend contract, and the barriers at which those that wait stand. */
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

/** What of a turn told again was not said. */
export function missedOf(said: readonly AgentEvent[], told: readonly AgentEvent[]): AgentEvent[] {
  return listMissed(applyChatEvents(emptyTranscript(BUILT_IDS.chat), buildEvents(said)).items, told);
}

const textOf = (events: readonly AgentEvent[], type: "text.delta" | "thought.delta") =>
  events.flatMap((event) => (event.type === type ? [event.text] : [])).join("");
