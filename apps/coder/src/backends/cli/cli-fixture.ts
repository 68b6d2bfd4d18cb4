import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentConversation, BackendLogger, OpenAgentInput, PromptInput } from "@boocode/shared/agents/agent-backend";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { CliScenario, CliStep } from "@boocode/testkit/cli/cli-scenario";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { untilFile } from "@boocode/testkit/until-file";
import type { ContractTurn } from "../backend-contract.ts";
import { CliBackend, type CliBackendOptions } from "./cli-backend.ts";

/** The variable that marks the programs of a test. */
export const TEST_MARKER = "BOOCODE_TEST_ID";

/** Makes a backend over a scripted program: as Claude if it writes messages, as an unknown agent if it writes text. */
export async function setUpScripted(
  scenario: Partial<CliScenario> & Pick<CliScenario, "prompts">,
  options: Partial<CliBackendOptions> & { words?: readonly string[] } = {},
) {
  const parts = new AsyncDisposableStack();
  const home = parts.use(await createTempFolder());
  const worktree = parts.use(await createTempFolder());
  const file = join(home.path, "scenario.json");
  await writeFile(file, JSON.stringify({ output: "messages", stateFile: join(home.path, "state.json"), ...scenario }));
  const logged: { level: string; fields: object; message: string }[] = [];
  const log = (level: string) => (fields: object, message: string) => void logged.push({ level, fields, message });
  const logger: BackendLogger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
  const deaths: number[] = [];
  let isInstalled = true;
  const agent = AgentId.parse(scenario.output === "text" ? "scripted" : "claude");
  const backend = new CliBackend({
    agent,
    findCommand: async () => (isInstalled ? { argv: [...scriptedAgentCommand("cli"), file, ...(options.words ?? [])], env: {} } : null),
    ownConfig: [".scripted"],
    breaker: { check() {}, died: (livedMs) => void deaths.push(livedMs) },
    logger,
    ...options,
  });
  parts.defer(() => backend.close());
  const marker = `cli-${process.pid}-${performance.now()}`;
  const opening: OpenAgentInput = {
    chatId: ChatId.parse("chat_1"),
    agent,
    worktreePath: worktree.path,
    projectTrusted: true,
    resume: null,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: home.path, [TEST_MARKER]: marker },
  };
  return {
    backend,
    opening,
    worktree,
    marker,
    deaths,
    logged,
    /** Resolves when the agent has written the file, which signals that it is waiting. */
    untilFile: (name: string) => untilFile(worktree.path, name),
    uninstall: () => {
      isInstalled = false;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Makes the subject of the contract of all backends. The turn that waits writes a file named after its number. */
export async function setUpTurns(
  output: CliScenario["output"],
  turns: readonly ContractTurn[],
  plays: Readonly<Record<ContractTurn, (index: number) => CliStep[]>>,
) {
  const subject = await setUpScripted({ output, prompts: turns.map((turn, index) => plays[turn](index)) });
  const waiting = new Map(turns.map((_, index) => [index, subject.untilFile(`waiting-${index}`)]));
  for (const watched of waiting.values()) watched.catch(() => {});
  return { ...subject, untilWaiting: (turn: number) => waiting.get(turn)! };
}

/** Sends a prompt and returns its events and end. */
export async function say(
  conversation: AgentConversation,
  text: string,
  onEvent?: (event: AgentEvent) => void,
  { mode = "", model = "", ...more }: Partial<Pick<PromptInput, "mode" | "model" | "attachments">> = {},
) {
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => {
    events.push(event);
    onEvent?.(event);
  };
  const prompt = { taskId: TaskId.parse("tsk_1"), generation: 1, text, model, mode, emit, ...more };
  const end = await conversation.prompt(prompt);
  const said = events.flatMap((event) => (event.type === "text.delta" ? [event.text] : [])).join("");
  return { end, events, text: said };
}
