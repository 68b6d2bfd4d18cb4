import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { AcpScenario } from "@boocode/testkit/acp/acp-scenario";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { untilFile } from "@boocode/testkit/until-file";
import type { AgentConversation, BackendLogger, OpenAgentInput, PromptInput } from "@boocode/shared/agents/agent-backend";
import { AcpBackend, type AcpBackendOptions } from "./acp-backend.ts";

/** The variable that marks the programs of a test. */
export const TEST_MARKER = "BOOCODE_TEST_ID";

const NO_ENDPOINTS: ReturnType<AcpBackendOptions["endpoints"]> = [];

type FindCommand = AcpBackendOptions["findCommand"];

/** Makes a backend over a scripted program, which can also misbehave. `toFind` makes the search for it from its usual command. */
export async function setUpScripted(
  scenario: AcpScenario,
  options: Partial<AcpBackendOptions> = {},
  toFind: (command: NonNullable<Awaited<ReturnType<FindCommand>>>) => FindCommand = (command) => async () => command,
) {
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
  const find = toFind({ argv: [...scriptedAgentCommand("acp"), file], env: {} });
  const backend = new AcpBackend({
    agent: AgentId.parse("scripted"),
    findCommand: async () => (isInstalled ? find() : null),
    endpoints: () => NO_ENDPOINTS,
    isRemoved: () => false,
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
  return {
    backend,
    opening,
    worktree,
    home,
    marker,
    deaths,
    logged,
    /** Resolves when the agent has written the file, which signals that it is waiting. */
    untilFile: (name: string) => untilFile(worktree.path, name),
    uninstall,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Sends a prompt and returns its events and end. */
export async function say(
  conversation: AgentConversation,
  text: string,
  onEvent?: (event: AgentEvent) => void,
  { mode = "", model = "", ...more }: Partial<Pick<PromptInput, "mode" | "model" | "handover" | "retell" | "attachments">> = {},
) {
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => {
    events.push(event);
    onEvent?.(event);
  };
  const prompt = { taskId: TaskId.parse("tsk_1"), generation: 1, text, model, mode, emit, ...more };
  const end = await conversation.prompt(prompt);
  return { end, events, text: textOf(events, "text.delta"), thought: textOf(events, "thought.delta") };
}

const textOf = (events: readonly AgentEvent[], type: "text.delta" | "thought.delta") =>
  events.flatMap((event) => (event.type === type ? [event.text] : [])).join("");
