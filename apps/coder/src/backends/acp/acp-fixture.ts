import { existsSync } from "node:fs";
import { watch, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { AcpScenario } from "@boocode/testkit/acp/acp-scenario";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import type { AgentConversation, BackendLogger, OpenAgentInput } from "@boocode/shared/agents/agent-backend";
import { AcpBackend, type AcpBackendOptions } from "./acp-backend.ts";

const PROGRAM = new URL("../../../../../packages/testkit/src/scripted-acp-agent.ts", import.meta.url).pathname;
/** The variable that marks the programs of a test. */
export const TEST_MARKER = "BOOCODE_TEST_ID";

/** Makes a backend over a scripted program, which can also misbehave. */
export async function setUpScripted(scenario: AcpScenario, options: Partial<AcpBackendOptions> = {}) {
  const parts = new AsyncDisposableStack();
  const home = parts.use(await createTempFolder());
  const worktree = parts.use(await createTempFolder());
  const file = join(home.path, "scenario.json");
  await writeFile(file, JSON.stringify({ stateFile: join(home.path, "state.json"), ...scenario }));
  const logged: { level: string; fields: object; message: string }[] = [];
  const log = (level: string) => (fields: object, message: string) => void logged.push({ level, fields, message });
  const logger: BackendLogger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
  const deaths: number[] = [];
  let isInstalled = true;
  const uninstall = () => {
    isInstalled = false;
  };
  const backend = new AcpBackend({
    agent: AgentId.parse("scripted"),
    findCommand: async () => (isInstalled ? { argv: [process.execPath, PROGRAM, file], env: {} } : null),
    endpoints: [],
    listEndpointModels: async () => [],
    defaultModel: "",
    ownConfig: [".scripted"],
    history: { read: async () => [] },
    breaker: { check() {}, died: (livedMs) => void deaths.push(livedMs) },
    cwd: home.path,
    version: "0.0.0",
    logger,
    ...options,
  });
  parts.defer(() => backend.close());
  const marker = `acp-${process.pid}-${performance.now()}`;
  const opening: OpenAgentInput = {
    chatId: ChatId.parse("chat_1"),
    agent: AgentId.parse("scripted"),
    worktreePath: worktree.path,
    projectTrusted: true,
    resume: null,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: home.path, [TEST_MARKER]: marker },
  };
  /** Resolves when the agent has written the file, which signals that it is waiting. */
  const untilFile = async (name: string) => {
    const path = join(worktree.path, name);
    const abort = new AbortController();
    for await (const _ of watch(worktree.path, { signal: abort.signal })) if (existsSync(path)) return abort.abort();
  };
  return {
    backend,
    opening,
    worktree,
    home,
    marker,
    deaths,
    logged,
    untilFile,
    uninstall,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Sends a prompt and returns its events and end. */
export async function say(
  conversation: AgentConversation,
  text: string,
  onEvent?: (event: AgentEvent) => void,
  more: { mode?: string; model?: string } = {},
) {
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => {
    events.push(event);
    onEvent?.(event);
  };
  const prompt = { taskId: TaskId.parse("tsk_1"), generation: 1, text, model: more.model ?? "", mode: more.mode ?? "", emit };
  const end = await conversation.prompt(prompt);
  return { end, events, text: textOf(events, "text.delta"), thought: textOf(events, "thought.delta") };
}

const textOf = (events: readonly AgentEvent[], type: "text.delta" | "thought.delta") =>
  events.flatMap((event) => (event.type === type ? [event.text] : [])).join("");
