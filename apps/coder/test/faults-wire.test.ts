import type { SessionId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend, type ScriptStep } from "@boocode/testkit/scripted-backend";
import { TcpProxy } from "@boocode/testkit/tcp-proxy";
import { expect, it, onTestFinished } from "vitest";
import type { SocketLimits } from "../src/api/http/socket-server.ts";
import { LeavingSocket } from "../../web/src/api/leaving-socket.ts";
import { BOOCODE, callOver, Follower, mintPromptId, openConnection, textOf } from "./test-client.ts";
import { TestHome, type DaemonAddress } from "./start-test-daemon.ts";

/** As the page's, in a hurry. */
const WATCHFUL = { keepAlive: { enabled: true, intervalMs: 20, pongTimeoutMs: 300 }, WebSocket: LeavingSocket };
const PATIENT = { keepAlive: { enabled: false } };

it("F6 a line that says nothing more: the page leaves it, and goes on from its place without loss or doubles", async () => {
  const { proxy, wire, open, send, halfway } = await setUp();
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
});

it("F7 a line that is cut without a word: the daemon lets go of it, and the page goes on over another", async () => {
  const { proxy, wire, open, send, halfway } = await setUp({ pingMs: 20, pongWaitMs: 300 });
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
});

it("F24 a line that breaks after any number of bytes: nothing is lost, nothing comes twice", async () => {
  const { proxy, wire, open, send, halfway } = await setUp();
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
});

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
  const proxy = await TcpProxy.start();
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const home = await TestHome.make({ BOOCODE_ALLOWED_HOSTS: `127.0.0.1:${proxy.port}` });
  const daemon = await home.start({ backend: new ScriptedBackend({ script: () => steps }), socketLimits: limits });
  proxy.passTo(Number(new URL(daemon.address).port));
  const wire: DaemonAddress = { address: `http://127.0.0.1:${proxy.port}`, token: daemon.token };
  // Requests go straight, so that only the socket is on the wire.
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const open = async () => (await api.sessions.create.mutate({ projectId: project.id })).id;
  const send = (sessionId: SessionId) =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text: "go" });
  return { proxy, wire, open, send, halfway };
}
