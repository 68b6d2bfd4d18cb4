import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { DeafSocket } from "./deaf-socket.ts";
import { callOver, connectTo } from "../test-client.ts";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";

it("S1 closes a socket with 4401 whose token is wrong, missing, or not said in time", async () => {
  const daemon = await (await TestHome.make()).start({ socketLimits: { authenticateWithinMs: 50 } });
  const wrong = open(daemon);
  await once(wrong, "open");
  wrong.send(JSON.stringify({ method: "connectionParams", data: { token: "wrong" } }));
  const empty = open(daemon);
  await once(empty, "open");
  empty.send(JSON.stringify({ method: "connectionParams", data: null }));
  const garbled = open(daemon);
  await once(garbled, "open");
  garbled.send("{");
  const without = open(daemon, "/trpc");
  const silent = open(daemon);
  expect(await Promise.all([wrong, empty, garbled, without, silent].map(closeCode))).toEqual([4401, 4401, 4401, 4401, 4401]);
  expect(await callOver(daemon).projects.list.query()).toEqual([]);
});

it.each<[string, string | Buffer]>([
  ["no JSON", "{"],
  ["a list", "[]"],
  ["a text", '"token"'],
  ["a call", JSON.stringify({ id: 1, method: "query", params: { path: "projects.list" } })],
  ["a token that is no text", JSON.stringify({ method: "connectionParams", data: { token: 1 } })],
  ["parameters that are none", JSON.stringify({ method: "connectionParams", data: [] })],
  ["a token in bytes", Buffer.from(JSON.stringify({ method: "connectionParams", data: { token: "x" } }))],
  ["more than a token can be", JSON.stringify({ method: "connectionParams", data: { token: "x".repeat(5_000) } })],
])("S5 closes a socket with 4401 whose first message is %s", async (_, message) => {
  const daemon = await (await TestHome.make()).start();
  const socket = open(daemon);
  await once(socket, "open");
  socket.send(message);
  expect(await closeCode(socket)).toBe(4401);
});

it("S5 of 32 sockets that have not said who they are the oldest gives way to the next", async () => {
  const daemon = await (await TestHome.make()).start();
  const silent = Array.from({ length: 32 }, () => open(daemon));
  await Promise.all(silent.map((socket) => once(socket, "open")));
  const client = connectTo(daemon);
  expect(await client.projects.list.query()).toEqual([]);
  await Promise.race(silent.map(closeCode));
  expect(silent.filter(({ readyState }) => readyState === WebSocket.OPEN)).toHaveLength(31);
});

it("S5 a socket that does not answer its close is cut off all the same", async () => {
  const daemon = await (await TestHome.make()).start({ socketLimits: { authenticateWithinMs: 50 } });
  const deaf = await DeafSocket.open({ ...daemon, token: "wrong" });
  await deaf.closed;
  expect(deaf.closeCode).toBe(4401);
});

it("S5 opens at most 128 subscriptions on a socket, and another when one has ended", async () => {
  const daemon = await (await TestHome.make()).start();
  const socket = await DeafSocket.open(daemon);
  const subscribe = (id: number) => socket.send({ id, method: "subscription", params: { path: "events.workspace" } });
  for (let id = 1; id <= 129; id++) subscribe(id);
  expect(await socket.answer(129)).toMatchObject({ error: { data: { fault: { kind: "too_many", what: "subscriptions", limit: 128 } } } });
  expect(await socket.answer(128)).toMatchObject({ result: { type: "started" } });
  socket.send({ id: 1, method: "subscription.stop" });
  subscribe(200);
  expect(await socket.answer(200)).toMatchObject({ result: { type: "started" } });
});

it("S5 of connections that say nothing the oldest gives way to one that speaks", async () => {
  const daemon = await (await TestHome.make()).start({ connectionLimits: { max: 16 } });
  const silent: Socket[] = [];
  const ended: Socket[] = [];
  for (let count = 0; count < 16; count++) {
    const socket = connectSilently(daemon);
    socket.once("close", () => ended.push(socket));
    await once(socket, "connect");
    silent.push(socket);
  }
  expect((await fetch(`${daemon.address}/api/health`)).status).toBe(200);
  if (ended.length === 0) await once(silent[0]!, "close");
  expect(ended).toEqual([silent[0]]);
});

it("S5 a connection that does not finish the head of its request is ended to the second", async () => {
  const daemon = await (await TestHome.make()).start({ connectionLimits: { headersWithinMs: 200 } });
  const half = connectSilently(daemon);
  half.write("GET / HTTP/1.1\r\nHost: ");
  const silent = connectSilently(daemon);
  for (const socket of [half, silent]) socket.resume();
  await Promise.all([once(half, "close"), once(silent, "close")]);
  expect((await fetch(`${daemon.address}/api/health`)).status).toBe(200);
});

it.each([
  ["another origin", { origin: "http://localhost:3000" }, "/trpc", 403],
  ["another host", { host: "evil.test" }, "/trpc", 421],
  ["a page elsewhere", { "sec-fetch-site": "cross-site" }, "/trpc", 403],
  ["another path", {}, "/api/health", 404],
])("S4 refuses an upgrade for %s", async (_, headers, path, status) => {
  const daemon = await (await TestHome.make()).start();
  expect(await upgradeStatus(open(daemon, path, headers))).toBe(status);
});

it("S5 closes a socket that sends more than it may", async () => {
  const daemon = await (await TestHome.make()).start();
  const socket = open(daemon);
  await once(socket, "open");
  socket.send("x".repeat(5 * 1024 * 1024));
  expect(await closeCode(socket)).toBe(1009);
});

it("gives a browser a token of its own, and taking it away closes its sockets", async () => {
  const daemon = await (await TestHome.make()).start();
  const admin = callOver(daemon);
  const { token, tokenId } = await admin.access.exchange.mutate({ name: "Firefox" });
  const socket = open(daemon);
  await once(socket, "open");
  socket.send(JSON.stringify({ method: "connectionParams", data: { token } }));
  socket.send(JSON.stringify({ id: 1, method: "query", params: { path: "access.list", input: undefined } }));
  const [answer] = (await once(socket, "message")) as [Buffer];
  expect(JSON.parse(answer.toString())).toMatchObject({ id: 1, result: { data: [{ id: tokenId, name: "Firefox", revokedAt: null }] } });
  expect(answer.toString()).not.toContain(token);
  const browser = callOver({ address: daemon.address, token });
  expect(await browser.projects.list.query()).toEqual([]);
  const closed = closeCode(socket);
  await admin.access.revoke.mutate({ tokenId });
  expect(await closed).toBe(4401);
  await expect(browser.projects.list.query()).rejects.toMatchObject({ data: { httpStatus: 401, fault: { kind: "unauthorized" } } });
  await expect(admin.access.revoke.mutate({ tokenId })).resolves.toBeUndefined();
});

/** Closings are noted from the beginning: a refused socket may be gone before a test looks. */
const closings = new WeakMap<WebSocket, Promise<number>>();

function open(daemon: DaemonAddress, path = "/trpc?connectionParams=1", headers: Record<string, string> = {}): WebSocket {
  const socket = new WebSocket(daemon.address.replace("http", "ws") + path, { headers });
  socket.on("error", () => {});
  closings.set(socket, new Promise((resolve) => socket.once("close", resolve)));
  onTestFinished(() => socket.terminate());
  return socket;
}

function connectSilently({ address }: DaemonAddress): Socket {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

async function closeCode(socket: WebSocket): Promise<number> {
  return await closings.get(socket)!;
}

async function upgradeStatus(socket: WebSocket): Promise<number> {
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
  return response.statusCode;
}
