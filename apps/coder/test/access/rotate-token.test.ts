import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { callOver, connectTo, faultOf } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

it("S1 the daemon's own token can be changed: the old one and what it opened end, browsers stay, the next start takes the new one", async () => {
  const home = await TestHome.make();
  const daemon = await home.start();
  const { address, token: old } = daemon;
  const browser = await callOver(daemon).access.exchange.mutate({ name: "Firefox" });
  const socket = new WebSocket(`${address.replace("http", "ws")}/trpc?connectionParams=1`);
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  const answered = new Promise<void>((resolve) => socket.addEventListener("message", () => resolve(), { once: true }));
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ method: "connectionParams", data: { token: old } }));
    socket.send(JSON.stringify({ id: 1, method: "query", params: { path: "access.list", input: undefined } }));
  });
  await answered;

  const { file } = await callOver({ address, token: browser.token }).access.rotate.mutate();
  expect(file).toBe(join(home.dataDir, "token"));
  expect(await closed).toBe(4401);
  const kept = (await readFile(file, "utf8")).trim();
  expect({ isNew: kept !== old, mode: (await stat(file)).mode & 0o777 }).toEqual({ isNew: true, mode: 0o600 });
  const statusWith = async (token: string) =>
    (await fetch(`${address}/trpc/access.list`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await Promise.all([old, kept, browser.token].map(statusWith))).toEqual([401, 200, 200]);
  await expect(connectTo({ address, token: kept }).access.list.query()).resolves.toHaveLength(1);
  await daemon.close();
  expect((await home.start()).token).toBe(kept);
});

it("S1 a token that a setting names is not changed from here, and says so", async () => {
  const token = "t".repeat(40);
  const daemon = await (await TestHome.make({ BOOCODE_TOKEN: token })).start();
  expect(await faultOf(callOver(daemon).access.rotate.mutate())).toEqual({ kind: "token_fixed", httpStatus: 412 });
  await expect(callOver({ address: daemon.address, token }).access.list.query()).resolves.toEqual([]);
});

it("S1 browsers that a token has admitted are out once the daemon starts with another one", async () => {
  const env = { BOOCODE_TOKEN: "a".repeat(40) };
  const home = await TestHome.make(env);
  const first = await home.start();
  const browser = await callOver(first).access.exchange.mutate({ name: "Firefox" });
  const statusWith = async (address: string, token: string) =>
    (await fetch(`${address}/trpc/access.list`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await statusWith(first.address, browser.token)).toBe(200);
  await first.close();
  const same = await home.start();
  expect(await statusWith(same.address, browser.token)).toBe(200);
  await same.close();
  env.BOOCODE_TOKEN = "b".repeat(40);
  const other = await home.start();
  expect(await Promise.all([browser.token, "a".repeat(40), "b".repeat(40)].map((token) => statusWith(other.address, token)))).toEqual([
    401, 401, 200,
  ]);
  expect((await callOver(other).access.list.query()).map(({ revokedAt }) => revokedAt !== null)).toEqual([true]);
});
