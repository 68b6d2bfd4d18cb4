import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { measureGroup } from "../../../apps/coder/src/platform/processes/measure-group.ts";
import { AgentId, PromptId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { REAL_AGENTS } from "../../agents/real-agent.ts";
import { makeOpencodeHome } from "../../fixture/opencode-home.ts";
import type { DaemonHome } from "../../fixture/start-daemon.ts";
import { AcpPeer } from "../acp-peer.ts";
import { makeAgentHome } from "../agent-home.ts";
import { callOver } from "../daemon-client.ts";
import { type Measurement, type Row, toRow } from "../measurement.ts";
import { OpencodePeer } from "../opencode-peer.ts";
import { readRss } from "../read-rss.ts";

const AGENTS = 10;
const PROMPT = "Say some words.";
/** How long an agent may be idle: longer than ten agents take to start on a busy machine, and short enough to wait for. */
const IDLE_MS = 90_000;
/** Wait until the garbage of the turns has been collected. */
const SETTLE_MS = 5_000;
const MB = 1024 * 1024;

/** The memory of ten agents that have each answered once, beside the same programs alone, and what is left of it once they have been idle. */
export const measureLiveAgents: Measurement = {
  name: "live-agents",
  async run({ isQuick, say }) {
    const count = isQuick ? 3 : AGENTS;
    await using model = await ScriptedModel.start({
      script: ({ body }) => ({ steps: body.tools ? [{ kind: "words", count: 20 }] : [{ kind: "text", text: "A title" }] }),
    });
    const goose = REAL_AGENTS.find(({ id }) => id === "goose")!;
    const settings = { AGENT_POOL_IDLE_TTL_MS: String(IDLE_MS) };
    const rows: Row[] = [];

    say("  goose");
    await using gooseHome = await makeAgentHome(goose, model, settings);
    const goosesAlone = await measureGeese(model, count);
    rows.push(...toRows("goose", count, await measureOurs(gooseHome, { agent: "goose", count }), goosesAlone));

    say("  opencode");
    await using opencodeHome = await makeOpencodeHome({
      ...settings,
      BOOCODE_MODEL_URL: model.baseUrl,
      BOOCODE_MODEL_KEY: model.apiKey,
    });
    const opencodeAlone = await measureOpencodeAlone(model, count);
    const ours = await measureOurs(opencodeHome, { agent: "opencode", count, model: "default/scripted" });
    rows.push(...toRows("opencode", count, ours, opencodeAlone));
    return rows;
  },
};

interface Ours {
  live: number;
  /** With the daemon itself. */
  idle: number;
  daemon: number;
}

async function measureGeese(model: ScriptedModel, count: number): Promise<number> {
  const goose = REAL_AGENTS.find(({ id }) => id === "goose")!;
  await using parts = new AsyncDisposableStack();
  const peers: AcpPeer[] = [];
  for (let number = 0; number < count; number += 1) {
    const repository = parts.use(await createRepository({ "README.md": "# Bench\n" }));
    const peer = parts.use(await AcpPeer.open(goose, ["acp"], repository.path, model));
    await peer.prompt(PROMPT);
    peers.push(peer);
  }
  await delay(SETTLE_MS);
  return sumOf(await Promise.all(peers.map(({ pid }) => measureGroup(pid))));
}

async function measureOpencodeAlone(model: ScriptedModel, count: number): Promise<number> {
  await using parts = new AsyncDisposableStack();
  const peer = parts.use(await OpencodePeer.start(model));
  for (let number = 0; number < count; number += 1) {
    const repository = parts.use(await createRepository({ "README.md": "# Bench\n" }));
    const session = await peer.open(repository.path);
    parts.defer(() => session.close());
    await session.prompt(PROMPT);
  }
  await delay(SETTLE_MS);
  return sumOf([await measureGroup(peer.pid)]);
}

async function measureOurs(home: DaemonHome, { agent, count, model }: { agent: string; count: number; model?: string }): Promise<Ours> {
  await using repository = await createRepository({ "README.md": "# Bench\n" });
  const daemon = await home.start();
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  for (let number = 0; number < count; number += 1) {
    const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
    const { id: chatId } = await api.chats.create.mutate({ sessionId });
    const prompt = { promptId: PromptId.parse(randomUUID()), chatId, sessionId, agent: AgentId.parse(agent), text: PROMPT };
    const { taskId } = await api.tasks.send.mutate({ ...prompt, ...(model === undefined ? {} : { model }) });
    for (let state = "queued"; state !== "completed"; await delay(100)) {
      const task = (await api.tasks.list.query({ sessionId, limit: 5 })).find(({ id }) => id === taskId);
      state = task?.state ?? "queued";
      if (state === "failed") throw new Error(`A turn of ${agent} failed: ${task?.cause} ${task?.evidence?.message ?? ""}`);
    }
  }
  await delay(SETTLE_MS);
  const read = async () => {
    const { agents, shared } = await api.agentSessions.warm.query();
    return { count: agents.length, bytes: [...agents, ...shared].map(({ rssBytes }) => rssBytes) };
  };
  const live = await read();
  if (live.count !== count) throw new Error(`${live.count} of ${count} agents are live`);
  const atWork = readRss(daemon.pid);
  // Looking at live agents leaves garbage in the daemon, so it is looked at only when they should be gone.
  await delay(IDLE_MS);
  while ((await read()).bytes.length > 0) await delay(5_000);
  await delay(SETTLE_MS);
  const ours = { live: sumOf(live.bytes), idle: readRss(daemon.pid), daemon: atWork };
  await daemon.stop();
  return ours;
}

function toRows(name: string, count: number, { live, idle, daemon }: Ours, alone: number): Row[] {
  const limitName = name === "opencode" ? `its server alone, with ${count} sessions` : `${count} of its programs alone`;
  return [
    toRow({
      name: `${count} live agents of ${name}, resident`,
      unit: "MB",
      limitName,
      goal: { of: "ratio", is: "at_most", value: 1.08 },
      parts: { "the daemon beside them": daemon },
      samples: { ours: [live], limit: [alone] },
    }),
    toRow({
      name: `${count} agents of ${name}, idle for their time, with the daemon`,
      unit: "MB",
      limitName,
      goal: { of: "ratio", is: "at_most", value: 0.5 },
      samples: { ours: [idle], limit: [alone] },
    }),
  ];
}

/** In MB. */
function sumOf(bytes: readonly (number | null)[]): number {
  return bytes.reduce<number>((sum, each) => sum + (each ?? 0), 0) / MB;
}
