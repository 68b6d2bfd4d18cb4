import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import { AgentId, ChatId, PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import { createTempFolder, writeFiles, type RepoFiles } from "@boocode/testkit/repo-builder";
import type { ModelReply, ModelRequest } from "@boocode/testkit/model/model-script";
import { ScriptedModel, type ScriptedModelOptions } from "@boocode/testkit/scripted-model";
import type { BackendLogger, ModelEndpoint, OpenAgentInput, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import { Git } from "../../platform/git/git.ts";
import { toStoredEvent } from "../../tasks/run/to-stored-event.ts";
import { StagedInMemory } from "./staged-in-memory.ts";
import { NativeBackend, type NativeBackendOptions } from "./native-backend.ts";

export const silentLogger: BackendLogger = { debug() {}, info() {}, warn() {}, error() {} };

/** A native backend over a scripted model, with a worktree in a temporary folder. */
export async function setUpNative(
  replies: readonly ModelReply[] | ((request: ModelRequest, index: number) => ModelReply),
  options: Partial<NativeBackendOptions> & {
    files?: RepoFiles;
    history?: never;
    items?: readonly TranscriptItem[];
    projectTrusted?: boolean;
    /** The contents of attached files. */
    blobs?: Readonly<Record<string, Uint8Array>>;
    /** Whether earlier turns become the history of the next. */
    remembers?: boolean;
  } & Partial<ScriptedModelOptions> = {},
) {
  const folder = await createTempFolder();
  await writeFiles(folder.path, options.files ?? {});
  const script =
    typeof replies === "function"
      ? replies
      : (_request: ModelRequest, index: number) => replies[index] ?? { status: 500, body: "The script is over" };
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: folder.path };
  const turns: ChatEventBody[][] = [];
  const model = await ScriptedModel.start({
    script,
    ...(options.models ? { models: options.models } : {}),
    ...(options.modelFields ? { modelFields: options.modelFields } : {}),
  });
  const endpoint: ModelEndpoint = { id: "default", baseUrl: model.baseUrl, apiKey: model.apiKey, isScripted: false };
  const endpoints = [endpoint];
  const staged = new StagedInMemory(folder.path);
  const backend = new NativeBackend({
    endpoints: options.endpoints ?? (() => endpoints),
    isRemoved: options.isRemoved ?? (() => false),
    defaultModel: options.defaultModel ?? "",
    staged: { open: () => staged },
    readBlob: async (id) => options.blobs?.[id] ?? null,
    history: { read: async () => (options.remembers ? foldTurns(turns) : (options.items ?? [])) },
    gitVariables: (cwd) => new Git({ env }).guardVariables(cwd),
    logger: silentLogger,
    ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
    ...(options.maxSteps === undefined ? {} : { maxSteps: options.maxSteps }),
  });
  const opening: OpenAgentInput = {
    chatId: ChatId.parse("chat_1"),
    agent: AgentId.parse("boocode"),
    worktreePath: folder.path,
    projectTrusted: options.projectTrusted ?? true,
    resume: null,
    env,
  };
  const conversation = await backend.open(opening);
  return {
    backend,
    model,
    endpoint,
    opening,
    conversation,
    path: folder.path,
    staged,
    async [Symbol.asyncDispose]() {
      await backend.close();
      await model[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
    /** Runs one turn to its end. */
    async run(
      text = "Go on",
      wantedModel = "",
      onEvent?: (event: AgentEvent) => void,
      mayAct?: Promise<void>,
      mode = "auto",
      attachments?: PromptInput["attachments"],
    ) {
      const events: AgentEvent[] = [];
      const emit = (event: AgentEvent) => {
        events.push(event);
        onEvent?.(event);
      };
      const taskId = TaskId.parse(`tsk_${turns.length + 1}`);
      const end = await conversation.prompt({
        taskId,
        generation: 1,
        text,
        model: wantedModel,
        mode,
        emit,
        ...(mayAct && { mayAct }),
        ...(attachments && { attachments }),
      });
      turns.push([toAccepted(text), ...events.map((event) => toStoredEvent(taskId, event)), toEnded(end)]);
      return { end, events, text: textOf(events) };
    },
  };
}

/** Folds turns into transcript items, as the journal does. */
function foldTurns(turns: readonly (readonly ChatEventBody[])[]): readonly TranscriptItem[] {
  const chatId = ChatId.parse("chat_1");
  const events = turns.flatMap((bodies, turn) => bodies.map((body) => ({ body, taskId: TaskId.parse(`tsk_${turn + 1}`) })));
  return applyChatEvents(
    emptyTranscript(chatId),
    events.map(({ body, taskId }, place) => ({ sessionId: SessionId.parse("s"), seq: place + 1, chatId, taskId, at: 0, body })),
  ).items;
}

const toAccepted = (text: string): ChatEventBody => ({
  type: "prompt.accepted",
  promptId: PromptId.parse("p"),
  agent: AgentId.parse("boocode"),
  model: "",
  mode: "",
  kind: "message",
  text,
});

const toEnded = ({ state, cause, evidence, usage, model }: TurnEnd): ChatEventBody => ({
  type: "task.ended",
  state,
  cause,
  evidence,
  usage,
  model,
  agent: AgentId.parse("boocode"),
  durationMs: 1,
  filesChanged: 0,
});

/** Joins the text of a turn. */
const textOf = (events: readonly AgentEvent[]) => events.flatMap((event) => (event.type === "text.delta" ? [event.text] : [])).join("");

/** The last result of each tool call, in order. */
export function toolResults(events: readonly AgentEvent[]) {
  return events.flatMap((event) =>
    event.type === "tool.updated" && event.status !== "running" ? [{ status: event.status, ...event.result }] : [],
  );
}
