import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { createTempFolder, writeFiles, type RepoFiles } from "@boocode/testkit/repo-builder";
import { ScriptedModel, type ModelReply, type ModelRequest, type ScriptedModelOptions } from "@boocode/testkit/scripted-model";
import type { BackendLogger, ModelEndpoint, OpenAgentInput } from "@boocode/shared/agents/agent-backend";
import { NativeBackend, type NativeBackendOptions } from "./native-backend.ts";

export const silentLogger: BackendLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** A native backend over a scripted model, with a worktree in a temporary folder. */
export async function setUpNative(
  replies: readonly ModelReply[] | ((request: ModelRequest, index: number) => ModelReply),
  options: Partial<NativeBackendOptions> & {
    files?: RepoFiles;
    history?: never;
    items?: readonly TranscriptItem[];
  } & Partial<ScriptedModelOptions> = {},
) {
  const folder = await createTempFolder();
  await writeFiles(folder.path, options.files ?? {});
  const script =
    typeof replies === "function"
      ? replies
      : (_request: ModelRequest, index: number) => replies[index] ?? { status: 500, body: "The script is over" };
  const model = await ScriptedModel.start({ script, ...(options.models ? { models: options.models } : {}) });
  const endpoint: ModelEndpoint = { id: "default", baseUrl: model.baseUrl, apiKey: model.apiKey, isScripted: false };
  const backend = new NativeBackend({
    endpoints: options.endpoints ?? [endpoint],
    defaultModel: options.defaultModel ?? "",
    history: { read: async () => options.items ?? [] },
    logger: silentLogger,
    ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
    ...(options.maxSteps === undefined ? {} : { maxSteps: options.maxSteps }),
  });
  const opening: OpenAgentInput = {
    chatId: ChatId.parse("chat_1"),
    agent: AgentId.parse("boocode"),
    worktreePath: folder.path,
    projectTrusted: false,
    resume: null,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: folder.path },
  };
  const conversation = await backend.open(opening);
  return {
    backend,
    model,
    endpoint,
    opening,
    conversation,
    path: folder.path,
    async [Symbol.asyncDispose]() {
      await backend.close();
      await model[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
    /** Runs one turn to its end. */
    async run(text = "Go on", wantedModel = "", onEvent?: (event: AgentEvent) => void) {
      const events: AgentEvent[] = [];
      const emit = (event: AgentEvent) => {
        events.push(event);
        onEvent?.(event);
      };
      const end = await conversation.prompt({ taskId: TaskId.parse("tsk_1"), generation: 1, text, model: wantedModel, mode: "auto", emit });
      return { end, events, text: textOf(events) };
    },
  };
}

/** What a turn said, put together. */
const textOf = (events: readonly AgentEvent[]) => events.flatMap((event) => (event.type === "text.delta" ? [event.text] : [])).join("");

/** The last result of each tool call, in order. */
export function toolResults(events: readonly AgentEvent[]) {
  return events.flatMap((event) =>
    event.type === "tool.updated" && event.status !== "running" ? [{ status: event.status, ...event.result }] : [],
  );
}
