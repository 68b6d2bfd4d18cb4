import type { SessionId, TerminalId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { DaemonHome, type StartedDaemon } from "../../fixture/start-daemon.ts";
import { callOver, connectTo } from "../daemon-client.ts";
import { type Measurement, median, toRow } from "../measurement.ts";
import { findChild, readRss } from "../read-rss.ts";
import { answer, openRaw, quantile, SIZE, timeEchoes, type Typist } from "../typist.ts";

const MEGABYTE = 1_000_000;
/** Lines as a build writes them. */
const LINE = "The quick brown fox jumps over the lazy dog, again and again, until this line is a hundred bytes.\r\n";

/** How soon a key comes back from a terminal, and how fast 100 MB of output reach a reader, beside a plain pseudoterminal. */
export const measureTerminals: Measurement = {
  name: "terminals",
  async run({ isQuick, rounds }) {
    await using repository = await createRepository();
    await using home = await DaemonHome.make({ SHELL: "/bin/sh" });
    const daemon = await home.start();
    const api = callOver(daemon);
    const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
    const { id: sessionId } = await api.sessions.create.mutate({ projectId });
    const keys = isQuick ? 20 : 300;
    const megabytes = isQuick ? 10 : 100;
    const echoes = { ours: [] as number[][], raw: [] as number[][] };
    const floods = { ours: [] as number[], raw: [] as number[] };
    const memory = { before: [] as number[], after: [] as number[] };
    const host: number[] = [];
    try {
      for (let round = -1; round < Math.min(rounds, 3); round += 1) {
        const ours = await openOurs(daemon, sessionId);
        const raw = openRaw(repository.path);
        const echo = { ours: await timeEchoes(ours, keys), raw: await timeEchoes(raw, keys) };
        await Promise.all([ours.close(), raw.close()]);
        memory.before.push(readRss(daemon.pid));
        const flood = {
          ours: await timeFlood(await openOurs(daemon, sessionId), megabytes),
          raw: await timeFlood(openRaw(repository.path), megabytes),
        };
        memory.after.push(readRss(daemon.pid));
        host.push(readRss(findChild(daemon.pid, "pty-host-main")));
        // The first round warms up everything and is discarded.
        if (round < 0) continue;
        for (const who of ["ours", "raw"] as const) {
          echoes[who].push(echo[who]);
          floods[who].push(flood[who]);
        }
      }
    } finally {
      await daemon.stop();
    }
    const at = (part: number) => ({
      ours: echoes.ours.map((samples) => quantile(samples, part)),
      limit: echoes.raw.map((samples) => quantile(samples, part)),
    });
    return [
      toRow({
        name: "keystroke to echo, p50",
        unit: "ms",
        limitName: "a plain pseudoterminal",
        goal: { of: "difference", is: "at_most", value: 10 },
        samples: at(0.5),
      }),
      toRow({
        name: "keystroke to echo, p95",
        unit: "ms",
        limitName: "a plain pseudoterminal",
        goal: { of: "difference", is: "at_most", value: 10 },
        samples: at(0.95),
      }),
      toRow({
        name: `${megabytes} MB of output to a reader`,
        unit: "ms",
        limitName: "a plain pseudoterminal",
        goal: { of: "ratio", is: "at_most", value: 3 },
        samples: { ours: floods.ours, limit: floods.raw },
      }),
      toRow({
        name: `daemon after ${megabytes} MB of output, resident`,
        unit: "MB",
        limitName: "the same before it",
        goal: { of: "difference", is: "at_most", value: 40 },
        parts: { "the process that holds the terminals, MB": median(host) },
        samples: { ours: memory.after, limit: memory.before },
      }),
    ];
  },
};

async function openOurs(daemon: StartedDaemon, sessionId: SessionId): Promise<Typist> {
  const api = callOver(daemon);
  const { client, [Symbol.asyncDispose]: disconnect } = await connectTo(daemon);
  const { id: terminalId } = await api.terminals.open.mutate({ sessionId, size: SIZE });
  const stop = { current: () => {} };
  const typist: Typist = {
    type: (text) => void api.terminals.write.mutate({ terminalId, text }),
    onText: () => {},
    close: async () => {
      stop.current();
      await api.terminals.close.mutate({ terminalId, force: true }).finally(() => void disconnect());
    },
  };
  read(client, terminalId, stop, (text) => typist.onText(text));
  return typist;
}

/** Reads a terminal as the page does: it asks again when a round is over. Throws where output is lost to it. */
function read(
  client: Awaited<ReturnType<typeof connectTo>>["client"],
  terminalId: TerminalId,
  stop: { current: () => void },
  onText: (text: string) => void,
  from: { stream: string; offset: number } | null = null,
): void {
  let place = from;
  const subscription = client.terminals.output.subscribe(
    { terminalId, ...from },
    {
      onData: ({ stream, offset, text, lost }) => {
        if (lost > 0) throw new Error("Output was lost to a reader that keeps up");
        place = { stream, offset: offset + text.length };
        onText(text);
      },
      onComplete: () => read(client, terminalId, stop, onText, place),
    },
  );
  stop.current = () => subscription.unsubscribe();
}

/** The time from a command to the last byte of its output, in milliseconds. */
async function timeFlood(typist: Typist, megabytes: number): Promise<number> {
  const wanted = megabytes * MEGABYTE;
  const startedAt = performance.now();
  let length = 0;
  const script = `yes '${LINE.trimEnd()}' | head -c ${wanted}\n`;
  await answer(typist, script, (_, text) => (length += text.length) >= wanted);
  const took = performance.now() - startedAt;
  await typist.close();
  return took;
}
