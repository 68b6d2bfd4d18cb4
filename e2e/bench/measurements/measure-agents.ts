import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { AgentId, PromptId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { REAL_AGENTS } from "../../agents/real-agent.ts";
import { AcpPeer } from "../acp-peer.ts";
import { makeAgentHome } from "../agent-home.ts";
import { Arrivals } from "../arrivals.ts";
import { toId } from "../bench-ids.ts";
import { callOver, connectTo } from "../daemon-client.ts";
import { median, type Measurement, type Row, toRow } from "../measurement.ts";
import type { PeerTurn } from "../opencode-peer.ts";

/** Agents whose first delta is compared, and the words that make their programs speak the protocol. */
const MEASURED: readonly { id: string; args: readonly string[] }[] = [
  { id: "goose", args: ["acp"] },
  { id: "qwen", args: ["--acp"] },
];
const WARM_UP = 3;
/** Pause after a turn's end, long enough for its checkpoint and for what an agent asks its model on the side. */
const PAUSE_MS = 300;
const PROMPT = "Say some words.";
const WORDS = 20;

interface OurTurn {
  sentAt: number;
  acceptedAt: number;
  startedAt: number;
  askedAt: number;
  firstAt: number;
}

/** Compares agents that speak the protocol through BooCode with the same programs alone, turn by turn, each in one warm session. */
export const measureAgents: Measurement = {
  name: "agents",
  async run({ isQuick, say }) {
    const rows: Row[] = [];
    for (const { id, args } of MEASURED) {
      say(`  ${id}`);
      rows.push(await measureAgent(id, args, isQuick ? 5 : 30));
    }
    return rows;
  },
};

async function measureAgent(id: string, args: readonly string[], rounds: number): Promise<Row> {
  const agent = REAL_AGENTS.find((one) => one.id === id)!;
  let askedAt = 0;
  await using model = await ScriptedModel.start({
    script: ({ body }) => {
      const last = body.messages.at(-1);
      // Agents also ask for titles and suggestions.
      if (!body.tools || !JSON.stringify(last?.content ?? "").includes(PROMPT)) return { steps: [{ kind: "text", text: "A title" }] };
      askedAt = performance.now();
      return { steps: [{ kind: "words", count: WORDS }] };
    },
  });
  await using repository = await createRepository(toFiles());
  await using home = await makeAgentHome(agent, model);
  const daemon = await home.start();
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const { id: chatId } = await api.chats.create.mutate({ sessionId });
  await using socket = await connectTo(daemon);
  const arrivals = new Arrivals();
  const subscription = socket.client.events.session.subscribe(
    { sessionId },
    { onData: ({ data }) => arrivals.note(data as SessionFrame), onError: (error) => arrivals.fail(error) },
  );
  const prompt = async (): Promise<OurTurn> => {
    const sentAt = performance.now();
    const sent = await api.tasks.send.mutate({
      promptId: PromptId.parse(randomUUID()),
      chatId,
      sessionId,
      agent: AgentId.parse(id),
      text: PROMPT,
    });
    const at = (type: "prompt.accepted" | "task.started" | "text.delta" | "task.ended") => arrivals.at(sent.taskId, type);
    const [acceptedAt, startedAt, firstAt] = [await at("prompt.accepted"), await at("task.started"), await at("text.delta")];
    await at("task.ended");
    return { sentAt, acceptedAt, startedAt, askedAt, firstAt };
  };

  await using peer = await AcpPeer.open(agent, args, repository.path, model);
  const samples = { ours: [] as OurTurn[], limit: [] as (PeerTurn & { askedAt: number })[] };
  for (let round = 0; round < WARM_UP + rounds; round += 1) {
    const our = await prompt();
    await delay(PAUSE_MS);
    const their = { ...(await peer.prompt(PROMPT)), askedAt };
    await delay(PAUSE_MS);
    if (round < WARM_UP) continue;
    samples.ours.push(our);
    samples.limit.push(their);
  }
  subscription.unsubscribe();

  const half = (from: keyof OurTurn, to: keyof OurTurn) => median(samples.ours.map((turn) => turn[to] - turn[from]));
  return toRow({
    name: `${id}, warm: prompt to first delta, p50`,
    unit: "ms",
    limitName: "its program alone, on its standard input and output",
    goal: { of: "difference", is: "at_most", value: 5 },
    parts: {
      "sent to accepted": half("sentAt", "acceptedAt"),
      "to started (checkpoint)": half("acceptedAt", "startedAt"),
      "to the model's request": half("startedAt", "askedAt"),
      "to the first delta": half("askedAt", "firstAt"),
      "alone: to the request": median(samples.limit.map((turn) => turn.askedAt - turn.sentAt)),
      "alone: to the first delta": median(samples.limit.map((turn) => turn.firstAt - turn.askedAt)),
    },
    samples: {
      ours: samples.ours.map(({ sentAt, firstAt }) => firstAt - sentAt),
      limit: samples.limit.map(({ sentAt, firstAt }) => firstAt - sentAt),
    },
  });
}

/** The files of a small repository, because the cost of a checkpoint grows with its size. */
const toFiles = () =>
  Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`src/${toId("file", index)}.ts`, `export const at = ${index};\n`]));
