import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import type { OpencodeReply } from "@boocode/testkit/opencode/opencode-steps";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedOpencodeProgram, type ScriptedOpencodeProgramOptions } from "@boocode/testkit/scripted-opencode-program";
import type { AgentConversation, BackendLogger, OpenAgentInput, PromptInput } from "@boocode/shared/agents/agent-backend";
import type { ContractTurn } from "../backend-contract.ts";
import { OpencodeBackend, type OpencodeBackendOptions } from "./opencode-backend.ts";

export const silentLogger: BackendLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** Makes a backend over a scripted opencode program, which can also misbehave. */
export async function setUpScripted(program: ScriptedOpencodeProgramOptions, options: Partial<OpencodeBackendOptions> = {}) {
  const parts = new AsyncDisposableStack();
  const folder = parts.use(await createTempFolder());
  const opencode = parts.use(await ScriptedOpencodeProgram.create(program));
  const deaths: number[] = [];
  const backendOptions: OpencodeBackendOptions = {
    findCommand: async () => ({ argv: [opencode.file], env: {} }),
    endpoints: () => [],
    isRemoved: () => false,
    defaultModel: "scripted/scripted",
    breaker: { check() {}, died: (livedMs) => void deaths.push(livedMs) },
    cwd: folder.path,
    logger: silentLogger,
    ...options,
  };
  const backend = new OpencodeBackend(backendOptions);
  parts.defer(() => backend.close());
  const opening: OpenAgentInput = {
    chatId: ChatId.parse("chat_1"),
    agent: AgentId.parse("opencode"),
    worktreePath: folder.path,
    projectTrusted: true,
    resume: null,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: folder.path },
  };
  return { backend, options: backendOptions, opencode, opening, folder, deaths, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** The scripted answers to the turns of the backend contract, and the barriers at which waiting answers pause. */
export function toContractScript(turns: readonly ContractTurn[]) {
  const barriers = turns.map(() => new Barrier());
  const replies = turns.map((turn, index): OpencodeReply => {
    if (turn === "fails") return { steps: [{ do: "fail", name: "APIError", message: "The model is gone" }] };
    if (turn === "waits")
      return {
        steps: [
          { do: "say", text: "I begin and" },
          { do: "wait", gate: barriers[index]! },
        ],
      };
    return {
      steps: [
        { do: "say", kind: "reasoning", text: "Let me think" },
        { do: "say", text: "This is what I say." },
      ],
    };
  });
  const over: OpencodeReply = { steps: [{ do: "say", text: "The script is over" }] };
  return { barriers, script: (_: unknown, index: number) => replies[index] ?? over };
}

/** The task of every prompt that {@link say} sends. */
export const TASK = TaskId.parse("tsk_1");

/** Sends a prompt and returns its events and end. */
export async function say(
  conversation: AgentConversation,
  text: string,
  onEvent?: (event: AgentEvent) => void,
  more: Partial<Pick<PromptInput, "attachments">> = {},
) {
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => {
    events.push(event);
    onEvent?.(event);
  };
  const end = await conversation.prompt({ taskId: TASK, generation: 1, text, model: "", mode: "auto", emit, ...more });
  return { end, events, text: readText(events, "text"), thought: readText(events, "thought") };
}

/** Gives the running turn words of the person, which nobody takes back. */
export async function steer(conversation: AgentConversation, words: string): Promise<boolean> {
  return (await conversation.steer?.(words, async () => words)) ?? false;
}

/** Joins the text of a turn as the transcript would. */
export function readText(events: readonly AgentEvent[], kind: "text" | "thought"): string {
  const parts = new Map<string, string>();
  for (const event of events) {
    if (event.type === "part.set" && event.kind === kind) parts.set(event.partId, event.text);
    if (event.type !== `${kind}.delta` || !("offset" in event)) continue;
    const known = parts.get(event.partId) ?? "";
    if (event.offset <= known.length) parts.set(event.partId, known.slice(0, event.offset) + event.text);
  }
  return [...parts.values()].join("");
}
