import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import type { PromptId, SessionId, TaskId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend, type ScriptStep } from "@boocode/testkit/scripted-backend";
import { TcpProxy } from "@boocode/testkit/tcp-proxy";
import { expect, it, onTestFinished } from "vitest";
import type { SocketLimits } from "../../src/api/http/socket-server.ts";
import { LeavingSocket } from "../../../web/src/api/leaving-socket.ts";
import { BOOCODE, callOver, Follower, mintPromptId, openConnection, textOf } from "../test-client.ts";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";

/** As the page's, in a hurry. */
const WATCHFUL = { keepAlive: { enabled: true, intervalMs: 20, pongTimeoutMs: 300 }, WebSocket: LeavingSocket };
const PATIENT = { keepAlive: { enabled: false } };

it("F6 a line that says nothing more: the page leaves it, and goes on from its place without loss or doubles", async () => {
  const { proxy, wire, open, send, halfway, judge } = await setUp();
  const sessionId = await open();
  const follower = new Follower(openConnection(wire, WATCHFUL).client, sessionId);
  const { taskId } = await send(sessionId);
  await follower.event(({ body }) => body.type === "text.delta");
  await halfway.reached;
  const accepted = proxy.acceptedCount;
  proxy.pause("down");
  halfway.open();
  await proxy.until(() => proxy.acceptedCount > accepted);
  const heard = follower.seqs.length;
  proxy.resume("down");
  await follower.end(taskId);
  expect(follower.seqs.length).toBeGreaterThan(heard);
  expectWhole(follower, taskId);
  expect(await judge("F6", 1, sessionId, follower)).toEqual([]);
});

it("F7 a line that is cut without a word: the daemon lets go of it, and the page goes on over another", async () => {
  const { proxy, wire, open, send, halfway, judge } = await setUp({ pingMs: 20, pongWaitMs: 300 });
  const sessionId = await open();
  const follower = new Follower(openConnection(wire, PATIENT).client, sessionId);
  const { taskId } = await send(sessionId);
  await follower.event(({ body }) => body.type === "text.delta");
  await halfway.reached;
  expect(proxy.openCount).toBe(1);
  proxy.blackhole();
  halfway.open();
  // The page waits for ever, so it is the daemon that closes: the wire passes on that much to nobody.
  await proxy.until(() => proxy.openCount === 0);
  proxy.heal();
  await follower.end(taskId);
  expectWhole(follower, taskId);
  expect(await judge("F7", 1, sessionId, follower)).toEqual([]);
});

it("F24 a line that breaks after any number of bytes: nothing is lost, nothing comes twice", async () => {
  const { proxy, wire, open, send, halfway, judge } = await setUp();
  halfway.open();
  const sessionId = await open();
  const { taskId } = await send(sessionId);
  const witness = new Follower(openConnection(wire, PATIENT).client, sessionId);
  await witness.end(taskId);
  const total = proxy.passedBytes("down");
  for (let cut = 1; cut < 24; cut += 1) {
    const reconnections = proxy.acceptedCount;
    proxy.truncate("down", Math.ceil((cut * total) / 20));
    const { client, close } = openConnection(wire, { ...PATIENT, retryMs: 1 });
    const follower = new Follower(client, sessionId);
    await Promise.race([follower.end(taskId), proxy.until(() => proxy.acceptedCount > reconnections + 1)]);
    proxy.resume("down");
    expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
    expectWhole(follower, taskId);
    follower.stop();
    await close();
  }
  proxy.slice("down");
  const sliced = new Follower(openConnection(wire, PATIENT).client, sessionId);
  await sliced.end(taskId);
  expectWhole(sliced, taskId);
  expect(await judge("F24", 24, sessionId, sliced)).toEqual([]);
});

it("F24 a page that is away for long, over ten thousand events and a start of the daemon: it has what a new page has, once", async () => {
  const { proxy, wire, daemon, open, send, halfway, restart, judge } = await setUp();
  const sessionId = await open();
  const follower = new Follower(openConnection(wire, WATCHFUL).client, sessionId);
  // It leaves in the middle of a text, whose pieces become one while it is away.
  const first = await send(sessionId);
  await follower.event(({ body }) => body.type === "text.delta");
  await halfway.reached;
  // As a laptop that sleeps: nothing gets through, and every try ends at once.
  proxy.reset();
  proxy.refuse();
  await proxy.until(() => proxy.openCount === 0);
  const heard = follower.seqs.at(-1)!;
  halfway.open();
  const many = await send(sessionId, "many");
  const witness = new Follower(openConnection(daemon, PATIENT).client, sessionId);
  await witness.end(many.taskId);
  witness.stop();
  expect(follower.seqs.at(-1)).toBe(heard);
  const now = await restart();
  proxy.heal();
  await follower.end(many.taskId);
  const missed = follower.events.filter(({ seq, body }) => seq > heard && body.type === "notice");
  expect(missed.map(({ body }) => "text" in body && body.text)).toEqual(Array.from({ length: MANY }, (_, index) => `event ${index}`));
  expectWhole(follower, first.taskId);

  const fresh = new Follower(openConnection(now, PATIENT).client, sessionId);
  await fresh.end(many.taskId);
  // The page heard pieces that are one part by now.
  expect(fresh.events.length).toBeLessThan(follower.events.length);
  const { chatId } = many;
  const read = ({ events }: Follower) => applyChatEvents(emptyTranscript(chatId), events);
  expect(read(follower)).toEqual(read(fresh));
  const page = await callOver(now).chats.transcript.query({ chatId });
  expect(read(follower).items.slice(-page.items.length)).toEqual(page.items);
  expect(await judge("F24", 1, sessionId, follower)).toEqual([]);
});

it("F29 the wire is cut after a prompt is accepted and anywhere in its answer: sent again, it is the same task, and runs once", async () => {
  const { proxy, wire, daemon, open, halfway, backends, judge } = await setUp();
  halfway.open();
  const sessionId = await open();
  const witness = new Follower(openConnection(daemon, PATIENT).client, sessionId);
  const page = callOver(wire);
  const sent: { promptId: PromptId; taskId: TaskId }[] = [];
  const heard: string[] = [];
  // Null: the answer is held back, and the socket destroyed before any of it has passed.
  const cuts: (number | null)[] = [null, 1];
  for (const bytes of cuts) {
    const prompt = { promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text: `cut ${bytes}` };
    if (bytes === null) proxy.pause("down");
    else proxy.truncate("down", bytes);
    const answer = page.tasks.send.mutate(prompt).then(
      () => "heard",
      () => "lost",
    );
    const accepted = await witness.event(({ body }) => body.type === "prompt.accepted" && body.promptId === prompt.promptId);
    if (bytes === null) proxy.reset();
    const became = await answer;
    proxy.heal();
    // At once, or when the turn is long over.
    if (sent.length % 2 === 1) await witness.end(accepted.taskId!);
    const send = () => page.tasks.send.mutate(prompt);
    // The first may still go to a socket that was reset.
    const { taskId } = await send().catch(send);
    expect(taskId).toBe(accepted.taskId);
    sent.push({ promptId: prompt.promptId, taskId });
    heard.push(became);
    // Until an answer comes whole.
    if (bytes !== null && became === "lost") cuts.push(bytes + 60);
  }
  expect([heard.slice(0, 2), heard.at(-1)]).toEqual([["lost", "lost"], "heard"]);
  expect(sent.length).toBeGreaterThan(5);
  for (const { taskId } of sent) expect(await witness.end(taskId)).toMatchObject({ state: "completed" });
  const accepted = witness.events.flatMap(({ body }) => (body.type === "prompt.accepted" ? [body.promptId] : []));
  expect(accepted).toEqual(sent.map(({ promptId }) => promptId));
  expect(new Set(sent.map(({ taskId }) => taskId)).size).toBe(sent.length);
  expect(backends.flatMap((backend) => backend.prompts)).toHaveLength(sent.length);
  expect(await judge("F29", sent.length, sessionId, witness)).toEqual([]);
});

/** Events while a page is away. */
const MANY = 10_000;
const WORDS = Array.from({ length: 200 }, (_, index) => `word${index}`).join(" ");

function expectWhole(follower: Follower, taskId: Parameters<typeof textOf>[1]): void {
  const { seqs } = follower;
  // A part that was folded meanwhile stands for its deltas, so places may be missing; none may come twice or out of order.
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
  expect(textOf(follower.events, taskId)).toBe(`First ${WORDS}`);
}

/** A daemon that is spoken to over a wire, and an agent that stops half-way through what it says. */
async function setUp(limits: Partial<SocketLimits> = {}) {
  const repository = await createRepository();
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const halfway = new Barrier();
  const steps: ScriptStep[] = [
    { do: "say", text: "First ", partId: "part" },
    { do: "wait", barrier: halfway },
    { do: "say", text: WORDS, partId: "part" },
  ];
  const notice = (index: number): ScriptStep => ({ do: "emit", event: { type: "notice", level: "info", text: `event ${index}` } });
  const many = Array.from({ length: MANY }, (_, index) => notice(index));
  const proxy = await TcpProxy.start();
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const home = await TestHome.make({ BOOCODE_ALLOWED_HOSTS: `127.0.0.1:${proxy.port}` });
  /** One for each start of the daemon. */
  const backends: ScriptedBackend[] = [];
  const start = async () => {
    const backend = new ScriptedBackend({ script: ({ text }) => (text === "many" ? many : steps) });
    backends.push(backend);
    const started = await home.start({ backend, socketLimits: limits });
    proxy.passTo(Number(new URL(started.address).port));
    return started;
  };
  let daemon = await start();
  const wire: DaemonAddress = { address: `http://127.0.0.1:${proxy.port}`, token: daemon.token };
  // Requests go straight, so that only the socket is on the wire.
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const open = async () => (await api.sessions.create.mutate({ projectId: project.id })).id;
  const send = (sessionId: SessionId, text = "go") =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  const restart = async () => {
    await daemon.close();
    daemon = await start();
    return daemon;
  };
  /** Judges what is there when the daemon has been closed. */
  const judge = async (fault: string, times: number, sessionId: SessionId, follower: Follower) => {
    follower.stop();
    await daemon.close();
    return judgeFault(fault, times, { dataDir: home.dataDir, seen: new Map([[sessionId, follower.events]]) });
  };
  return { proxy, wire, daemon, open, send, halfway, restart, backends, judge };
}
