import { callTRPCProcedure } from "@trpc/server";
import { expect, it } from "vitest";
import { Grant } from "../../src/access/principal.ts";
import type { ApiParts } from "../../src/api/api-context.ts";
import { appRouter } from "../../src/api/app-router.ts";
import { EventStream } from "../../src/api/stream/event-stream.ts";
import { Feed } from "../../src/feed/feed.ts";
import { DeafSocket } from "./deaf-socket.ts";
import { TestHome } from "../start-test-daemon.ts";
import { callOver, faultOf } from "../test-client.ts";

const call = (id: number, method: "query" | "mutation" | "subscription", path: string, input?: unknown) => ({
  id,
  method,
  params: { path, input },
});

it("S1 a revoked token can do nothing over a socket that stays open, and the socket is cut off", async () => {
  const daemon = await (await TestHome.make()).start();
  const admin = callOver(daemon);
  const { token, tokenId } = await admin.access.exchange.mutate({ name: "Firefox" });
  const deaf = await DeafSocket.open({ ...daemon, token });
  deaf.send(call(1, "query", "projects.list"));
  expect(await deaf.answer(1)).toMatchObject({ result: { data: [] } });

  await admin.access.revoke.mutate({ tokenId });
  deaf.send(call(2, "mutation", "projects.addDemo"));
  deaf.send(call(3, "mutation", "access.revoke", { tokenId }));
  expect(await deaf.askedToClose()).toBe(4401);
  await deaf.closed;
  expect(await admin.projects.list.query()).toEqual([]);
});

it("S1 the daemon's old token can do nothing over a socket that stays open, and the socket is cut off", async () => {
  const home = await TestHome.make();
  const daemon = await home.start();
  const browser = await callOver(daemon).access.exchange.mutate({ name: "Firefox" });
  const mine = callOver({ ...daemon, token: browser.token });
  const deaf = await DeafSocket.open(daemon);
  deaf.send(call(1, "query", "access.list"));
  await deaf.answer(1);

  await mine.access.rotate.mutate();
  deaf.send(call(2, "mutation", "access.exchange", { name: "Mallory" }));
  deaf.send(call(3, "mutation", "projects.addDemo"));
  await deaf.closed;
  expect(deaf.closeCode).toBe(4401);
  expect((await mine.access.list.query()).map(({ name }) => name)).toEqual(["Firefox"]);
  expect(await mine.projects.list.query()).toEqual([]);
});

it("S1 a browser's token gives no others", async () => {
  const daemon = await (await TestHome.make()).start();
  const { token } = await callOver(daemon).access.exchange.mutate({ name: "Firefox" });
  const browser = callOver({ ...daemon, token });
  expect(await faultOf(browser.access.exchange.mutate({ name: "Another" }))).toEqual({ kind: "daemon_token_required", httpStatus: 403 });
  expect(await browser.access.list.query()).toHaveLength(1);
});

it("S1 what the daemon's token let in goes with it, now and after a restart; only the browser that asked stays", async () => {
  const home = await TestHome.make();
  const daemon = await home.start();
  const admin = callOver(daemon);
  const [asking, other] = [await admin.access.exchange.mutate({ name: "Asking" }), await admin.access.exchange.mutate({ name: "Other" })];
  const deaf = await DeafSocket.open({ ...daemon, token: other.token });
  deaf.send(call(1, "query", "projects.list"));
  await deaf.answer(1);

  await callOver({ ...daemon, token: asking.token }).access.rotate.mutate();
  deaf.send(call(2, "mutation", "projects.addDemo"));
  await deaf.closed;
  const isLetIn = async (address: string, token: string) =>
    (await fetch(`${address}/trpc/projects.list`, { headers: { authorization: `Bearer ${token}` } })).ok;
  expect([await isLetIn(daemon.address, asking.token), await isLetIn(daemon.address, other.token)]).toEqual([true, false]);
  await daemon.close();
  const next = await home.start();
  expect([await isLetIn(next.address, asking.token), await isLetIn(next.address, other.token)]).toEqual([true, false]);
  expect(await callOver(next).projects.list.query()).toEqual([]);
});

const untouched = new Proxy({} as ApiParts, {
  get: (_, part) => {
    throw new Error(`${String(part)} was reached`);
  },
});
const procedures = Object.keys(appRouter._def.procedures);

it.each(procedures)("S1 %s looks at the token again when it is called", async (path) => {
  const grant = new Grant({ kind: "daemon_token" });
  const { type } = (appRouter._def.procedures as unknown as Record<string, { _def: { type: "query" } }>)[path]!._def;
  grant.end();
  // A caller's proxy would take `apply` for the function's own method.
  const called = callTRPCProcedure({
    router: appRouter,
    path,
    type,
    ctx: contextOf(grant, untouched),
    getRawInput: async () => undefined,
    signal: undefined,
    batchIndex: 0,
  });
  await expect(called).rejects.toMatchObject({ code: "UNAUTHORIZED", cause: { fault: { kind: "unauthorized" } } });
});

it("S1 a subscription that runs tells nothing after its token ended", async () => {
  const grant = new Grant({ kind: "daemon_token" });
  const feed = new Feed();
  const parts = { events: new EventStream({} as never, feed) } as ApiParts;
  const events = (await appRouter.createCaller(contextOf(grant, parts)).events.workspace()) as AsyncIterable<unknown>;
  const reader = events[Symbol.asyncIterator]();
  const first = reader.next();
  feed.changed({ noun: "projects", ids: ["a"] });
  expect((await first).value).toMatchObject({ noun: "projects" });
  const second = reader.next();
  grant.end();
  feed.changed({ noun: "projects", ids: ["b"] });
  await expect(second).rejects.toMatchObject({ code: "UNAUTHORIZED" });
});

function contextOf({ principal }: Grant, parts: ApiParts) {
  return { parts, principal, subscriptions: new Set<object>(), bufferedBytes: () => 0, closeSocket: () => {} };
}
