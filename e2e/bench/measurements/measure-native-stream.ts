import { randomUUID } from "node:crypto";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { PromptId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { DaemonHome } from "../../fixture/start-daemon.ts";
import { Arrivals } from "../arrivals.ts";
import { BENCH_IDS } from "../bench-ids.ts";
import { readCpuSeconds } from "../cpu-time.ts";
import { callOver, connectTo } from "../daemon-client.ts";
import { type Measurement, toRow } from "../measurement.ts";
import { startProgram } from "../start-program.ts";

const TOKENS_PER_SECOND = 1_000;

/** Measures the processor time of a native agent's turn while its model streams, and of a bare reader of the same answer. */
export const measureNativeStream: Measurement = {
  name: "native-stream",
  async run({ isQuick, rounds }) {
    const count = isQuick ? 2_000 : 10_000;
    await using model = await ScriptedModel.start({
      script: () => ({ steps: [{ kind: "words", count }], tokensPerSecond: TOKENS_PER_SECOND }),
    });
    await using repository = await createRepository();
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
    const turn = async () => {
      const promptId = PromptId.parse(randomUUID());
      const sent = await api.tasks.send.mutate({ promptId, chatId: null, sessionId: session.id, agent: BENCH_IDS.agent, text: "Go" });
      await arrivals.at(sent.taskId, "text.delta");
      return () => arrivals.at(sent.taskId, "task.ended");
    };
    const floor = await startProgram("stream-floor.ts", [model.baseUrl, model.apiKey]);
    const samples = { ours: [] as number[], limit: [] as number[] };
    try {
      for (let round = 0; round <= Math.min(rounds, 5); round += 1) {
        const untilEnd = await turn();
        const ours = await shareOfCore(daemon.pid, untilEnd);
        const limit = await shareOfCore(floor.pid, async () => (await fetch(floor.address)).text());
        if (round === 0) continue;
        samples.ours.push(ours);
        samples.limit.push(limit);
      }
    } finally {
      await floor.stop();
      subscription.unsubscribe();
    }
    return [
      toRow({
        name: `native turn at ${TOKENS_PER_SECOND} tokens/s`,
        unit: "% of a core",
        limitName: "a bare reader of the same answer",
        goal: { of: "ours", is: "at_most", value: 12 },
        parts: { "tokens a turn": count },
        samples,
      }),
    ];
  },
};

/** The percentage of one core that a process uses until `until` resolves. */
async function shareOfCore(pid: number, until: () => Promise<unknown>): Promise<number> {
  const [cpuBefore, before] = [readCpuSeconds(pid), performance.now()];
  await until();
  const cpuSeconds = (readCpuSeconds(pid) ?? Number.NaN) - (cpuBefore ?? Number.NaN);
  return (cpuSeconds * 100_000) / (performance.now() - before);
}
