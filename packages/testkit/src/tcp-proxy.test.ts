import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { TcpProxy } from "./tcp-proxy.ts";

it("forwards everything, in chunks or byte by byte", async () => {
  const { proxy, client, server } = await connected();
  expect(await exchange(client, server, "hello")).toBe("hello");
  proxy.slice("up");
  expect(await exchange(client, server, "a byte at a time")).toBe("a byte at a time");
  expect(proxy.passedBytes("up")).toBe("hello".length + "a byte at a time".length);
  server.end("bye");
  const [last] = (await once(client, "data")) as [Buffer];
  expect(last.toString()).toBe("bye");
  await once(client, "end");
});

it("pauses and resumes", async () => {
  const { proxy, client, server } = await connected();
  proxy.pause("down");
  const heard: string[] = [];
  const arrived = new Promise<void>((resolve) => {
    client.on("data", (chunk: Buffer) => {
      heard.push(chunk.toString());
      if (heard.join("") === "later") resolve();
    });
  });
  server.write("later");
  // The other direction still works, so the bytes had a chance to arrive.
  expect(await exchange(client, server, "ping")).toBe("ping");
  expect(heard).toEqual([]);
  proxy.resume("down");
  await arrived;
});

it("discards everything silently, and heals for new connections", async () => {
  const { proxy, client, server, reconnect } = await connected();
  proxy.blackhole();
  client.write("lost");
  client.end();
  server.write("lost too");
  await proxy.until(() => proxy.openCount === 0);
  expect(server.readableEnded).toBe(false);
  expect(proxy.passedBytes("up")).toBe(0);
  proxy.heal();
  await closed(server);
  const again = await reconnect();
  expect(await exchange(again.client, again.server, "hello")).toBe("hello");
});

it("cuts after a number of bytes, and refuses connections", async () => {
  const { proxy, client, server, reconnect } = await connected();
  proxy.truncate("down", 3);
  let heard = "";
  client.on("data", (chunk: Buffer) => (heard += chunk.toString()));
  server.write("truncated");
  await closed(client);
  expect(heard === "tru" || heard === "").toBe(true);
  expect(proxy.passedBytes("down")).toBe(3);
  proxy.refuse();
  await expect(reconnect()).rejects.toThrow("closed");
});

it("delays by the scheduler it is given", async () => {
  const due: (() => void)[] = [];
  const { proxy, client, server } = await connected((delayMs, work) => {
    expect(delayMs).toBe(500);
    due.push(work);
  });
  proxy.delay("up", 500);
  client.write("late");
  while (due.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(proxy.passedBytes("up")).toBe(0);
  const arrived = once(server, "data");
  due[0]!();
  expect(String((await arrived)[0])).toBe("late");
});

async function connected(after?: (delayMs: number, work: () => void) => void) {
  const listener = createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const proxy = await TcpProxy.start(after ? { after } : {});
  proxy.passTo((listener.address() as AddressInfo).port);
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]();
    listener.close();
  });
  const reconnect = async () => {
    const accepted = once(listener, "connection") as Promise<[Socket]>;
    const client = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
    const failed = new Promise<never>((_, reject) => client.once("close", () => reject(new Error("closed"))));
    client.on("error", () => {});
    const [server] = await Promise.race([accepted, failed]);
    failed.catch(() => {});
    accepted.catch(() => {});
    server.on("error", () => {});
    return { client, server };
  };
  return { proxy, reconnect, ...(await reconnect()) };
}

/** Resolves on a reset too, for which `once` would throw. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

async function exchange(from: Socket, to: Socket, text: string): Promise<string> {
  let heard = "";
  from.write(text);
  while (heard.length < text.length) heard += String((await once(to, "data"))[0]);
  return heard;
}
