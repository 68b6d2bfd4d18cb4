import { AcpBackend } from "@boocode/coder/backends/acp/acp-backend";
import { CliBackend } from "@boocode/coder/backends/cli/cli-backend";
import type { AgentBackend, AgentConversation, BackendLogger, RestartBreaker } from "@boocode/shared/agents/agent-backend";
import { AgentId, ChatId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { describeBackendContract, type ContractTurn } from "../../apps/coder/src/backends/backend-contract.ts";
import { silentLogger } from "./opencode-fixture.ts";
import { writeFiles, type RealAgent } from "./real-agent.ts";
import type { RealCliAgent } from "./real-cli.ts";
import { toAgentEnv } from "./to-agent-env.ts";

/** The contract's only prompt. */
const PROMPT = "Go on";
/** An error that no agent asks again after. */
const REFUSED: ModelReply = { status: 400, body: JSON.stringify({ error: { type: "invalid_request_error", message: "Not like this" } }) };

/** Runs the contract of all backends with a real agent over ACP. */
export function describeRealContract(agent: RealAgent): void {
  const toBackend: ToBackend = (ports) =>
    new AcpBackend({
      ...ports,
      endpoints: () => [],
      isRemoved: () => false,
      listEndpointModels: async () => [],
      defaultModel: "",
      history: { read: async () => [] },
      version: "0.0.0",
    });
  // The contract's mode is the name of another one of Claude's, which warns about this server.
  describeBackendContract(`The real ${agent.id}`, (turns) => setUp({ ...agent, mode: agent.asks, streams: true }, turns, toBackend));
}

/** Runs the contract of all backends with a real agent by its command line. */
export function describeRealCliContract(agent: RealCliAgent): void {
  const toBackend: ToBackend = (ports) => new CliBackend(ports);
  describeBackendContract(`The real command line of ${agent.id}`, (turns) => setUp({ ...agent, mode: agent.acts }, turns, toBackend));
}

interface Subject extends Pick<RealCliAgent, "id" | "command" | "setUp" | "streams" | "run"> {
  mode: string;
}

interface BackendPorts {
  agent: AgentId;
  findCommand(): Promise<{ argv: readonly string[]; env: Readonly<Record<string, string>> }>;
  ownConfig: readonly string[];
  breaker: RestartBreaker;
  cwd: string;
  logger: BackendLogger;
}
type ToBackend = (ports: BackendPorts) => AgentBackend;

async function setUp(agent: Subject, turns: readonly ContractTurn[], toBackend: ToBackend) {
  const parts = new AsyncDisposableStack();
  const home = parts.use(await createTempFolder());
  const worktree = parts.use(await createRepository({ "README.md": "# Test\n" }));
  const barriers = turns.map(() => new Barrier());
  let prompts = 0;
  const reply = (turn: number): ModelReply => {
    if (turns[turn] === "fails") return REFUSED;
    if (turns[turn] === "speaks") return { steps: [{ kind: "text", text: "This is what I say." }] };
    return {
      steps: [{ kind: "text", text: "I begin and" }, ...(barriers[turn] ? [{ kind: "wait" as const, barrier: barriers[turn] }] : [])],
    };
  };
  const model = parts.use(
    await ScriptedModel.start({
      script: ({ body }) => {
        const last = body.messages.findLast(({ role }) => role === "user");
        const isMain = body.tools !== undefined && JSON.stringify(last?.content).includes(PROMPT);
        // The text of an agent that says only whole messages comes in pieces if there is a command between them.
        const isFirst = body.messages.findLast(({ role }) => role === "user" || role === "tool") === last;
        if (isMain && !agent.streams && isFirst && turns[prompts - 1] !== "fails") {
          return { steps: [{ kind: "text", text: "First this." }, ...(agent.run("true").steps ?? [])] };
        }
        return isMain ? reply(prompts - 1) : { steps: [{ kind: "text", text: "A title" }] };
      },
    }),
  );
  const { env, files } = agent.setUp(model);
  await writeFiles(home.path, files);
  const backend = toBackend({
    agent: AgentId.parse(agent.id),
    findCommand: async () => ({ argv: agent.command, env }),
    ownConfig: [],
    breaker: { check() {}, died() {} },
    cwd: home.path,
    logger: silentLogger,
  });
  parts.defer(() => backend.close());
  const open: AgentBackend["open"] = async (opening) => {
    const conversation = await backend.open(opening);
    const ask = conversation.prompt.bind(conversation);
    const prompt: AgentConversation["prompt"] = (input) => {
      prompts += 1;
      return ask({ ...input, mode: agent.mode });
    };
    return Object.assign(conversation, { prompt });
  };
  return {
    backend: { kind: backend.kind, open, listModels: () => backend.listModels(), close: () => backend.close() },
    opening: {
      chatId: ChatId.parse("chat_1"),
      agent: AgentId.parse(agent.id),
      worktreePath: worktree.path,
      projectTrusted: true,
      resume: null,
      env: toAgentEnv(home.path),
    },
    untilWaiting: (turn: number) => barriers[turn]!.reached,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
