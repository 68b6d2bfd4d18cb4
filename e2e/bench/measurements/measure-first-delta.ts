import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { ChatEventType } from "@boocode/shared/chats/chat-event";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { type ChatId, PromptId, type SessionId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { DaemonHome } from "../../fixture/start-daemon.ts";
import { Arrivals } from "../arrivals.ts";
import { BENCH_IDS, toId } from "../bench-ids.ts";
import { callOver, connectTo } from "../daemon-client.ts";
import { median, type Measurement, toRow } from "../measurement.ts";

/** Number of warm-up prompts, which make the worktree and load the model's library. */
const WARM_UP = 3;
/** Pause after a turn's end, long enough for the work that follows it, such as compacting its journal. */
const PAUSE_MS = 100;
const WORDS = 20;

interface Prompted {
  total: number;
  /** From sending to the event `prompt.accepted`. */
  accepted: number;
  /** From there to `task.started`: making the checkpoint and the agent's context. */
  started: number;
  /** From there until the model has the whole request. */
  asked: number;
  /** From there to the first delta. */
  answered: number;
}

/** From sending a prompt to the first delta at a reader, warm, and the same request sent straight to the model. */
export const measureFirstDelta: Measurement = {
  name: "first-delta",
  async run({ isQuick }) {
    let askedAt = 0;
    const script = () => {
      askedAt = performance.now();
      return { steps: [{ kind: "words" as const, count: WORDS }] };
    };
    await using model = await ScriptedModel.start({ script });
    await using repository = await createRepository(toFiles());
    await using home = await DaemonHome.make({ BOOCODE_MODEL_URL: model.baseUrl, BOOCODE_MODEL_KEY: model.apiKey });
    const daemon = await home.start();
    const api = callOver(daemon);
    const project = await api.projects.add.mutate({ path: repository.path });
    const session = await api.sessions.create.mutate({ projectId: project.id });
    await using socket = await connectTo(daemon);
    const arrivals = new Arrivals();
    const subscription = socket.client.events.session.subscribe(
      { sessionId: session.id },
      { onData: ({ data }) => arrivals.note(data as SessionFrame), onError: (error) => arrivals.fail(error) },
    );

    const prompt = async (chatId: ChatId | null): Promise<{ chatId: ChatId; times: Prompted }> => {
      const sentAt = performance.now();
      const sent = await api.tasks.send.mutate(toPrompt(session.id, chatId));
      const at = (type: ChatEventType) => arrivals.at(sent.taskId, type);
      const [acceptedAt, startedAt, deltaAt] = [await at("prompt.accepted"), await at("task.started"), await at("text.delta")];
      await at("task.ended");
      const times = {
        total: deltaAt - sentAt,
        accepted: acceptedAt - sentAt,
        started: startedAt - acceptedAt,
        asked: askedAt - startedAt,
        answered: deltaAt - askedAt,
      };
      await delay(PAUSE_MS);
      return { chatId: sent.chatId, times };
    };

    const ours: Prompted[] = [];
    const limit: { total: number; asked: number; answered: number }[] = [];
    let chatId: ChatId | null = null;
    for (let round = 0; round < WARM_UP + (isQuick ? 5 : 30); round += 1) {
      const prompted = await prompt(chatId);
      chatId = prompted.chatId;
      const sentAt = performance.now();
      const firstAt = await askModel(model);
      if (round < WARM_UP) continue;
      ours.push(prompted.times);
      limit.push({ total: firstAt - sentAt, asked: askedAt - sentAt, answered: firstAt - askedAt });
    }
    subscription.unsubscribe();

    const half = <K extends string>(times: readonly Record<K, number>[], key: K) => median(times.map((each) => each[key]));
    return [
      toRow({
        name: "prompt to first delta, p50",
        unit: "ms",
        limitName: "the same request sent straight to the model",
        goal: { of: "difference", is: "at_most", value: 5 },
        parts: {
          "sent to accepted": half(ours, "accepted"),
          "to started (checkpoint)": half(ours, "started"),
          "to the model's request": half(ours, "asked"),
          "to the first delta": half(ours, "answered"),
          "straight: to the request": half(limit, "asked"),
          "straight: to the first byte": half(limit, "answered"),
        },
        samples: { ours: ours.map(({ total }) => total), limit: limit.map(({ total }) => total) },
      }),
    ];
  },
};

const toPrompt = (sessionId: SessionId, chatId: ChatId | null) => ({
  promptId: PromptId.parse(randomUUID()),
  chatId,
  sessionId,
  agent: BENCH_IDS.agent,
  text: "Say some words.",
});

/** Sends the newest request again unchanged; resolves at the first byte of the answer's text. */
async function askModel(model: ScriptedModel): Promise<number> {
  const response = await fetch(`${model.baseUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${model.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(model.requests.at(-1)!.body),
  });
  const reader = response.body!.getReader();
  const first = await reader.read();
  const firstAt = performance.now();
  if (response.status !== 200 || first.done) throw new Error(`The model answered ${response.status}`);
  while (!(await reader.read()).done);
  return firstAt;
}

/** The files of a small repository, because the cost of a checkpoint grows with its size. */
const toFiles = () =>
  Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`src/${toId("file", index)}.ts`, `export const at = ${index};\n`]));
