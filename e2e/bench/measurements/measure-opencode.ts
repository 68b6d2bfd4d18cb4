import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { AgentId, type ChatId, PromptId, type SessionId, type TaskId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { makeOpencodeHome } from "../../fixture/opencode-home.ts";
import { Arrivals } from "../arrivals.ts";
import { toId } from "../bench-ids.ts";
import { callOver, connectTo } from "../daemon-client.ts";
import { median, type Measurement, toRow } from "../measurement.ts";
import { OpencodePeer } from "../opencode-peer.ts";

const OPENCODE = AgentId.parse("opencode");
const MODEL = "default/scripted";
const LIMIT_NAME = "the SDK's own client at a server of its own";
/** Number of warm-up prompts, which load the directory and lazily compiled code. */
const WARM_UP = 2;
/** Pause after a turn's end, long enough for its checkpoint and opencode's own snapshot. */
const PAUSE_MS = 300;
/** Minimum time a person writes a first prompt. On a busy machine it is extended as much as opencode is slower. */
const WRITING_MS = 5_000;
const FEW = "Say some words.";
const MANY = "Say many words.";
const FEW_WORDS = 20;

interface OurTurn {
  sentAt: number;
  acceptedAt: number;
  startedAt: number;
  askedAt: number;
  firstAt: number;
  lastAt: number;
}

/** Compares opencode through BooCode with opencode alone, turn by turn: warm, while streaming, and in a new worktree. */
export const measureOpencode: Measurement = {
  name: "opencode",
  async run({ isQuick, rounds, say }) {
    const manyWords = isQuick ? 1_000 : 6_000;
    let askedAt = 0;
    await using model = await ScriptedModel.start({
      script: ({ body }) => {
        // opencode also requests a title, without tools.
        if (!body.tools) return { steps: [{ kind: "text", text: "A title" }] };
        askedAt = performance.now();
        const isMany = JSON.stringify(body.messages.at(-1)).includes(MANY);
        return { steps: [{ kind: "words", count: isMany ? manyWords : FEW_WORDS }] };
      },
    });
    await using repository = await createRepository(toFiles());
    await using home = await makeOpencodeHome({ BOOCODE_MODEL_URL: model.baseUrl, BOOCODE_MODEL_KEY: model.apiKey });
    const daemon = await home.start();
    const api = callOver(daemon);
    const project = await api.projects.add.mutate({ path: repository.path });
    await using socket = await connectTo(daemon);
    await using peer = await OpencodePeer.start(model);

    const openOurs = async () => {
      const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
      const { id: chatId } = await api.chats.create.mutate({ sessionId });
      const arrivals = new Arrivals();
      const subscription = socket.client.events.session.subscribe(
        { sessionId },
        { onData: ({ data }) => arrivals.note(data as SessionFrame), onError: (error) => arrivals.fail(error) },
      );
      return {
        chatId,
        close: () => subscription.unsubscribe(),
        prompt: async (text: string): Promise<OurTurn> => {
          const sentAt = performance.now();
          const { taskId } = await api.tasks.send.mutate(toPrompt(sessionId, chatId, text));
          return { sentAt, ...(await follow(arrivals, taskId, () => askedAt)) };
        },
      };
    };

    say("  warm, and in full flow");
    const ours = await openOurs();
    const theirs = await peer.open(repository.path);
    const warm = { ours: [] as OurTurn[], limit: [] as { total: number; asked: number; answered: number }[] };
    for (let round = 0; round < WARM_UP + (isQuick ? 5 : 30); round += 1) {
      const our = await ours.prompt(FEW);
      await delay(PAUSE_MS);
      const their = await theirs.prompt(FEW);
      const limit = { total: their.firstAt - their.sentAt, asked: askedAt - their.sentAt, answered: their.firstAt - askedAt };
      await delay(PAUSE_MS);
      if (round < WARM_UP) continue;
      warm.ours.push(our);
      warm.limit.push(limit);
    }
    const flow = { ours: [] as number[], limit: [] as number[] };
    // Measured from the model's first byte, because opencode may hold text back and send much at once.
    const toRate = ({ lastAt }: { lastAt: number }) => (manyWords * 1_000) / (lastAt - askedAt);
    for (let round = 0; round < rounds; round += 1) {
      flow.ours.push(toRate(await ours.prompt(MANY)));
      await delay(PAUSE_MS);
      flow.limit.push(toRate(await theirs.prompt(MANY)));
      await delay(PAUSE_MS);
    }
    ours.close();
    theirs.close();

    say("  in a new worktree");
    const cold = { ours: [] as OurTurn[], limit: [] as number[], writing: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      await using other = await createRepository(toFiles());
      const raw = await peer.open(other.path);
      const their = await raw.prompt(FEW);
      cold.limit.push(their.firstAt - their.sentAt);
      raw.close();
      await delay(PAUSE_MS);
      const session = await openOurs();
      const writing = Math.max(WRITING_MS, 2 * (their.firstAt - their.sentAt));
      cold.writing.push(writing);
      await api.agentSessions.warmUp.mutate({ chatId: session.chatId, agent: OPENCODE, intent: "writing" });
      await delay(writing);
      const our = await session.prompt(FEW);
      cold.ours.push(our);
      session.close();
      await delay(PAUSE_MS);
    }

    return [
      toRow({
        name: "opencode, warm: prompt to first delta, p50",
        unit: "ms",
        limitName: LIMIT_NAME,
        goal: { of: "difference", is: "at_most", value: 5 },
        parts: {
          ...toParts(warm.ours),
          "alone: to the request": median(warm.limit.map(({ asked }) => asked)),
          "alone: to the first delta": median(warm.limit.map(({ answered }) => answered)),
        },
        samples: { ours: warm.ours.map(toTotal), limit: warm.limit.map(({ total }) => total) },
      }),
      toRow({
        name: `opencode in full flow: ${manyWords.toLocaleString("en-US")} words`,
        unit: "/s",
        limitName: LIMIT_NAME,
        goal: { of: "ratio", is: "at_least", value: 0.9 },
        samples: flow,
      }),
      toRow({
        name: "opencode in a new worktree: prompt to first delta",
        unit: "ms",
        limitName: `${LIMIT_NAME}, cold`,
        goal: { of: "ratio", is: "at_most", value: 0.2 },
        parts: { "ms of writing before": median(cold.writing), ...toParts(cold.ours) },
        samples: { ours: cold.ours.map(toTotal), limit: cold.limit },
      }),
    ];
  },
};

const toTotal = ({ sentAt, firstAt }: OurTurn) => firstAt - sentAt;

function toParts(turns: readonly OurTurn[]): Record<string, number> {
  const half = (from: keyof OurTurn, to: keyof OurTurn) => median(turns.map((turn) => turn[to] - turn[from]));
  return {
    "sent to accepted": half("sentAt", "acceptedAt"),
    "to started (checkpoint)": half("acceptedAt", "startedAt"),
    "to the model's request": half("startedAt", "askedAt"),
    "to the first delta": half("askedAt", "firstAt"),
  };
}

async function follow(arrivals: Arrivals, taskId: TaskId, askedAt: () => number): Promise<Omit<OurTurn, "sentAt">> {
  const [acceptedAt, startedAt, firstAt] = [
    await arrivals.at(taskId, "prompt.accepted"),
    await arrivals.at(taskId, "task.started"),
    await arrivals.at(taskId, "text.delta"),
  ];
  await arrivals.at(taskId, "task.ended");
  return { acceptedAt, startedAt, askedAt: askedAt(), firstAt, lastAt: arrivals.lastAt(taskId, "text.delta") };
}

const toPrompt = (sessionId: SessionId, chatId: ChatId, text: string) => ({
  promptId: PromptId.parse(randomUUID()),
  chatId,
  sessionId,
  agent: OPENCODE,
  model: MODEL,
  text,
});

/** The files of a small repository, because the cost of checkpoints and snapshots grows with its size. */
const toFiles = () =>
  Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`src/${toId("file", index)}.ts`, `export const at = ${index};\n`]));
