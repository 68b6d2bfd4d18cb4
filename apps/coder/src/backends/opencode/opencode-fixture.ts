import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedOpencodeProgram, type ScriptedOpencodeProgramOptions } from "@boocode/testkit/scripted-opencode-program";
import type { AgentConversation, BackendLogger, OpenAgentInput } from "@boocode/shared/agents/agent-backend";
import { OpencodeBackend, type OpencodeBackendOptions } from "./opencode-backend.ts";

export const silentLogger: BackendLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** Makes a backend over a scripted opencode program, which can also misbehave. */
export async function setUpScripted(program: ScriptedOpencodeProgramOptions, options: Partial<OpencodeBackendOptions> = {}) {
  const parts = new AsyncDisposableStack();
  const folder = parts.use(await createTempFolder());
  const opencode = parts.use(await ScriptedOpencodeProgram.create(program));
  const deaths: number[] = [];
  const backend = new OpencodeBackend({
    findCommand: async () => ({ argv: [opencode.file], env: {} }),
    endpoints: [],
    defaultModel: "scripted/scripted",
    breaker: { check() {}, died: (livedMs) => void deaths.push(livedMs) },
    cwd: folder.path,
    logger: silentLogger,
    ...options,
  });
  parts.defer(() => backend.close());
  const opening: OpenAgentInput = {
    chatId: ChatId.parse("chat_1"),
    agent: AgentId.parse("opencode"),
    worktreePath: folder.path,
    projectTrusted: true,
    resume: null,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: folder.path },
  };
  return { backend, opencode, opening, folder, deaths, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** Sends a prompt and returns its events and end. */
export async function say(conversation: AgentConversation, text: string, onEvent?: (event: AgentEvent) => void) {
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => {
    events.push(event);
    onEvent?.(event);
  };
  const end = await conversation.prompt({ taskId: TaskId.parse("tsk_1"), generation: 1, text, model: "", mode: "auto", emit });
  return { end, events, text: readText(events, "text"), thought: readText(events, "thought") };
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
