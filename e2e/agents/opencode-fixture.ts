import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BackendLogger, ModelEndpoint, OpenAgentInput } from "@boocode/coder/backends/backend";
import { OpencodeBackend, type OpencodeBackendOptions } from "@boocode/coder/backends/opencode/opencode-backend";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedModel, type ModelReply, type ModelRequest } from "@boocode/testkit/scripted-model";
import { findOpencode } from "./find-opencode.ts";
import { toAgentEnv } from "./to-agent-env.ts";

const silentLogger: BackendLogger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * The backend over the real opencode, with a home of its own, a scripted model and a repository as the worktree.
 * `script` answers what opencode asks for a turn; a title, which it asks for on the side, is not counted.
 */
export async function setUpOpencode(
  script: (request: ModelRequest, index: number) => ModelReply,
  options: Partial<OpencodeBackendOptions> = {},
) {
  const parts = new AsyncDisposableStack();
  const home = parts.use(await createTempFolder());
  const worktree = parts.use(await createRepository({ "README.md": "# Test\n", "a.txt": "one\n" }));
  let asked = 0;
  const model = parts.use(
    await ScriptedModel.start({
      script: (request) => (request.body.tools ? script(request, asked++) : { steps: [{ kind: "text", text: "A title" }] }),
    }),
  );
  const endpoint: ModelEndpoint = { id: "default", baseUrl: model.baseUrl, apiKey: model.apiKey, isScripted: false };
  const cwd = join(home.path, "nowhere");
  await mkdir(cwd);
  let starts = 0;
  const backend = new OpencodeBackend({
    findCommand: async () => [findOpencode()],
    endpoints: [endpoint],
    defaultModel: "scripted",
    breaker: { check: () => void starts++, died() {} },
    cwd,
    logger: silentLogger,
    ...options,
  });
  parts.defer(() => backend.close());
  const opening: OpenAgentInput = {
    chatId: ChatId.parse("chat_1"),
    agent: AgentId.parse("opencode"),
    worktreePath: worktree.path,
    projectTrusted: true,
    resume: null,
    env: toAgentEnv(home.path),
  };
  return {
    backend,
    model,
    opening,
    worktree,
    home,
    /** How often a server was started. */
    starts: () => starts,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** One prompt for a conversation, and what comes of it. */
export function toPrompt(text: string, events: AgentEvent[], onEvent?: (event: AgentEvent) => void) {
  return {
    taskId: TaskId.parse("tsk_1"),
    generation: 1,
    text,
    model: "",
    mode: "auto",
    emit: (event: AgentEvent) => {
      events.push(event);
      onEvent?.(event);
    },
  };
}

/** What a turn said, put together. */
export const textOf = (events: readonly AgentEvent[], type: "text.delta" | "thought.delta" = "text.delta") =>
  events.flatMap((event) => (event.type === type ? [event.text] : [])).join("");
