import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { callOver, connectTo } from "./test-client.ts";
import { TestHome, type DaemonAddress } from "./start-test-daemon.ts";

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
  expect(await Promise.all([wrong, empty, without, silent].map(closeCode))).toEqual([4401, 4401, 4401, 4401]);
  await closeCode(garbled);
  expect(await callOver(daemon).projects.list.query()).toEqual([]);
});

it("S5 holds at most 32 sockets that have not said who they are, and serves those that have", async () => {
  const daemon = await (await TestHome.make()).start();
  const silent = Array.from({ length: 32 }, () => open(daemon));
  await Promise.all(silent.map((socket) => once(socket, "open")));
  expect(await upgradeStatus(open(daemon))).toBe(503);
  silent[0]!.close();
  await once(silent[0]!, "close");
  const client = connectTo(daemon);
  expect(await client.projects.list.query()).toEqual([]);
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

async function closeCode(socket: WebSocket): Promise<number> {
  return await closings.get(socket)!;
}

async function upgradeStatus(socket: WebSocket): Promise<number> {
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
  return response.statusCode;
}
