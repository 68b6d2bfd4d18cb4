import { describe, expect, it, vi } from "vitest";
import { systemTime } from "../../../platform/time.ts";
import { AcpConnection, type AcpConnectionOptions } from "./acp-connection.ts";
import type { RpcOutcome } from "./rpc-errors.ts";

const bytes = (message: object) => Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
const update = (text: string, more: object = {}) =>
  bytes({
    method: "session/update",
    params: { sessionId: "s", update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text }, ...more } },
  });
const PLACE = { cwd: "/worktree", mcpServers: [] };

function connect(options: Partial<AcpConnectionOptions> = {}) {
  const told: string[] = [];
  const bad: string[] = [];
  const written: { id?: number; error?: object; method?: string }[] = [];
  const connection = new AcpConnection({
    write: (line) => void written.push(JSON.parse(line) as object),
    time: systemTime,
    onAsk: async () => ({ outcome: { outcome: "cancelled" } }),
    onUpdate: (decoded) => {
      if (decoded.kind === "update" && "content" in decoded.update) told.push((decoded.update.content as { text: string }).text);
    },
    onBadLine: (reason) => void bad.push(reason),
    onBroken: () => void told.push("broken"),
    ...options,
  });
  /** Resolves when the request is written. */
  const ask = async () => {
    const outcome = Promise.withResolvers<RpcOutcome>();
    connection.start("session/new", PLACE, (one) => {
      told.push(one.kind);
      outcome.resolve(one);
    });
    await new Promise((resolve) => setImmediate(resolve));
    return { id: written.at(-1)!.id!, outcome: outcome.promise };
  };
  return { connection, told, bad, written, ask };
}

describe("ADR 10: what the protocol's SDK is prevented from doing", () => {
  it("losing an update that its own schema refuses, and writing to the console", async () => {
    const console = vi.spyOn(globalThis.console, "error");
    const { connection, told, bad } = connect();
    await connection.take(update("heard", { _meta: 7, content: { type: "text", text: "heard", annotations: 7 } }));
    await connection.take(bytes({ method: "session/update", params: { sessionId: "s", update: { sessionUpdate: "of_tomorrow" } } }));
    await connection.take(bytes({ method: "session/update", params: 7 }));
    await connection.take(bytes({ id: 99, result: {} }));
    await connection.take(bytes({ method: "session/elsewhere" }));
    expect({ told, bad }).toEqual({ told: ["heard"], bad: ["an invalid session/update"] });
    expect(console).not.toHaveBeenCalled();
  });

  it("going on before there is room for what came, and overtaking it", async () => {
    const room = Promise.withResolvers<void>();
    const order: string[] = [];
    const subject = connect({
      onUpdate: () => {
        order.push("update");
        return room.promise.then(() => void order.push("room"));
      },
    });
    const { connection, ask } = subject;
    const { id, outcome } = await ask();
    void outcome.then(() => order.push("answer"));
    const taken = (async () => {
      await connection.take(update("one"));
      await connection.take(bytes({ id, result: {} }));
      await connection.take(update("two"));
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(["update"]);
    room.resolve();
    await taken;
    expect(order).toEqual(["update", "room", "answer", "update", "room"]);
  });

  it("settling a request with an invalid answer", async () => {
    const { connection, told, bad, ask } = connect();
    const { id, outcome } = await ask();
    await connection.take(bytes({ id }));
    await connection.take(bytes({ id, error: "no object" }));
    expect(told).toEqual([]);
    await connection.take(bytes({ id, error: { code: -32_603, message: "Not now", data: 7 } }));
    expect(await outcome).toMatchObject({ kind: "error", error: { code: -32_603, message: "Not now", data: 7 } });
    expect(bad).toEqual(["neither a request nor an answer", "no message"]);
  });

  it("ending the connection over a message", async () => {
    const { connection, told, ask } = connect();
    const { id } = await ask();
    for (const one of [bytes({ id, result: null }), bytes({ id, result: null }), bytes({ method: "$/cancel_request", params: 7 })]) {
      await connection.take(one);
    }
    await connection.take(update("still here"));
    expect(told).toEqual(["result", "still here"]);
  });
});

it("leaves nothing pending when the process is gone, and asks nothing after", async () => {
  const { connection, written, ask } = connect();
  const [one, two] = [await ask(), await ask()];
  connection.close();
  const lost = { kind: "error", error: { name: "RpcLostError" } };
  expect(await Promise.all([one.outcome, two.outcome])).toMatchObject([lost, lost]);
  const count = written.length;
  await expect(connection.request("session/new", PLACE, 1_000)).rejects.toMatchObject({ name: "RpcLostError" });
  connection.cancel("s");
  await connection.take(update("too late"));
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toHaveLength(count);
});

it("answers an invalid or unknown request with an error, and counts invalid messages", async () => {
  const { connection, written, bad } = connect();
  await connection.take(bytes({ id: "a", method: "session/request_permission", params: { options: 7 } }));
  await connection.take(bytes({ id: "b", method: "fs/read_text_file", params: {} }));
  expect(written).toMatchObject([
    { id: "a", error: { code: -32_602 } },
    { id: "b", error: { code: -32_601 } },
  ]);
  expect(bad).toEqual(["an invalid session/request_permission"]);
});
