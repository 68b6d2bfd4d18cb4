import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { PermissionId, type SessionId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import type { ScriptStep } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { findProcessesByMarker } from "../../src/platform/processes/process.ts";
import { TestHome } from "../start-test-daemon.ts";
import { createRig, type Rig } from "../task-rig.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId, textOf } from "../test-client.ts";

const started = (callId: string): AgentEvent => ({
  type: "tool.started",
  callId,
  name: "run",
  kind: "command",
  title: "Run",
  paths: [],
  input: {},
});
const updated = (callId: string): AgentEvent => ({ type: "tool.updated", callId, status: "completed", result: {} });

/** One of everything that can be open when an agent dies. */
const TURN: readonly ScriptStep[] = [
  { do: "say", kind: "thought", text: "I think" },
  { do: "emit", event: started("first") },
  { do: "emit", event: updated("first") },
  { do: "say", text: "Half of what" },
  { do: "emit", event: started("second") },
  {
    do: "emit",
    event: {
      type: "permission.requested",
      permissionId: PermissionId.parse("question"),
      callId: "second",
      title: "May I?",
      options: [{ id: "yes", label: "Yes", kind: "allow_once" }],
    },
  },
];

it.each(TURN.map((_, index) => index + 1).concat(0))(
  "F1 an agent that dies after step %i: its turn fails with the signal, nothing of it stays open, the queue goes on",
  async (steps) => {
    const gate = new Barrier();
    await using rig = await createRig({
      script: ({ text }) =>
        text === "next" ? [{ do: "say", text: "On" }] : [{ do: "wait", barrier: gate }, ...TURN.slice(0, steps), { do: "die" }],
    });
    const first = await rig.send();
    const next = await rig.send({ chatId: first.chatId, text: "next" });
    await gate.reached;
    gate.open();
    await rig.ended(next.taskId);
    expect(await endOf(rig, first.taskId)).toMatchObject({ state: "failed", cause: "agent_exit", evidence: { signal: "SIGKILL" } });
    expect(await endOf(rig, next.taskId)).toMatchObject({ state: "completed" });
    await rig.dispatcher.settle();
    expect(await judgeFault("F1", 1, { dataDir: rig.path })).toEqual([]);
  },
);

it("F1 a command of the agent that is killed: the agent is told, its turn goes on, nothing is left behind", async () => {
  const repository = await createRepository();
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const home = await TestHome.make();
  const daemon = await home.start();
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const { taskId } = await api.tasks.send.mutate({
    promptId: mintPromptId(),
    chatId: null,
    sessionId,
    agent: BOOCODE,
    text: "run sleep 600",
  });
  await follower.event(({ body }) => body.type === "tool.started" && body.kind === "command");
  const installId = (await readFile(join(home.dataDir, "install-id"), "utf8")).trim();
  const sleeper = await expect
    .poll(() => findSleeper(installId))
    .toBeGreaterThan(0)
    .then(() => findSleeper(installId));
  process.kill(sleeper, "SIGKILL");
  const killed = await follower.event(({ body }) => body.type === "tool.updated" && body.status !== "running");
  expect(killed.body).toMatchObject({ status: "failed", result: { signal: "SIGKILL" } });
  await follower.end(taskId);
  await daemon.close();
  expect(await judgeFault("F1", 1, { dataDir: home.dataDir, seen: new Map([[sessionId, follower.events]]) })).toEqual([]);
});

it("F27 a stop that races the next prompt: in 120 orders, each turn has its own end and its own words", { timeout: 600_000 }, async () => {
  const gates = new Map<string, Barrier>();
  await using rig = await createRig({
    script: ({ text }) => {
      const [kind, order = ""] = text.split(" ");
      if (kind === "new") return [{ do: "say", text: `new words of ${order}` }];
      const barrier = gates.get(order)!;
      const begin: ScriptStep[] = [
        { do: "say", text: "old words " },
        { do: "emit", event: started("call") },
        { do: "wait", barrier },
      ];
      const late: ScriptStep[] = [{ do: "end", end: { state: "cancelled" } }, { do: "say", text: "late words" }, { do: "end" }];
      return { ignoresCancel: kind !== "heeds", steps: [...begin, ...(kind === "late" ? late : [{ do: "never" } as const])] };
    },
  });
  for (let seed = 1; seed <= 120; seed += 1) {
    const random = makeRandom(seed);
    // A session of its own, so that the journal that is looked at stays short.
    const sessionId = await rig.addSession(`race-${seed}`);
    const chatId = await rig.addChat(sessionId);
    const gate = new Barrier();
    gates.set(String(seed), gate);
    const kind = pick(random, ["heeds", "ignores", "late"]);
    const old = await rig.send({ chatId, text: `${kind} ${seed}` });
    if (random() < 0.6) await gate.reached;
    let next: Awaited<ReturnType<Rig["send"]>> | null = null;
    const moves = [
      () => rig.tasks.cancel(old.taskId),
      async () => void (next = await rig.send({ chatId, text: `new ${seed}` })),
      async () => gate.open(),
      async () => rig.time.advance(pick(random, [1_000, 3_000, 13_000])),
    ];
    await Promise.all(
      moves.map(async (move) => {
        for (let turns = Math.floor(random() * 12); turns > 0; turns -= 1) await turnOfTheLoop();
        await move();
      }),
    );
    const turns = { areOver: false };
    const ends = Promise.all([old, next!].map(({ taskId }) => ended(rig, taskId, sessionId))).then(() => (turns.areOver = true));
    // An agent that listens to nobody is waited for until its time is over.
    while (!turns.areOver) {
      rig.time.advance(1_000);
      await turnOfTheLoop();
    }
    await ends;
    const said = textOf(await rig.events(sessionId), next!.taskId);
    const oldEnd = await endOf(rig, old.taskId, sessionId);
    const nextEnd = await endOf(rig, next!.taskId, sessionId);
    expect({ seed, kind, said, oldEnd, nextEnd }).toMatchObject({
      said: `new words of ${seed}`,
      oldEnd: { state: "cancelled" },
      nextEnd: { state: "completed", cause: null },
    });
  }
  await rig.dispatcher.settle();
  expect(await judgeFault("F27", 120, { dataDir: rig.path })).toEqual([]);
});

/** The task's one end. */
async function endOf(rig: Rig, taskId: string, sessionId = rig.session) {
  const ends = (await rig.events(sessionId)).filter(({ body, taskId: id }) => id === taskId && body.type === "task.ended");
  expect(ends).toHaveLength(1);
  return ends[0]!.body;
}

async function ended(rig: Rig, taskId: string, sessionId: SessionId): Promise<void> {
  await rig.waitFor(({ body, taskId: id }) => body.type === "task.ended" && id === taskId, sessionId);
}

async function findSleeper(installId: string): Promise<number> {
  for (const { pid } of await findProcessesByMarker("BOOCODE_INSTALL_ID", installId)) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.startsWith("sleep\0")) return pid;
  }
  return 0;
}

const turnOfTheLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

/** The same numbers for the same seed. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
