import { once } from "node:events";
import type { SessionId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend, type ScriptStep } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";

it("runs two sessions side by side", async () => {
  const barriers = { first: new Barrier(), second: new Barrier() };
  const { api, open, send, daemon } = await setUp((text) => [
    { do: "wait", barrier: text === "first" ? barriers.first : barriers.second },
    { do: "say", text: "done" },
  ]);
  const sessions = [await open(), await open()] as const;
  const followers = sessions.map((id) => new Follower(connectTo(daemon), id));
  const first = await send(sessions[0], "first");
  const second = await send(sessions[1], "second");
  await Promise.all([barriers.first.reached, barriers.second.reached]);
  expect((await api.sessions.list.query()).map(({ status }) => status)).toEqual(["running", "running"]);
  barriers.second.open();
  expect(await followers[1]!.end(second.taskId)).toMatchObject({ state: "completed" });
  barriers.first.open();
  expect(await followers[0]!.end(first.taskId)).toMatchObject({ state: "completed" });
});

it("F17 keeps nothing for a page that does not read, and gives it everything when it reads again", async () => {
  const parts = 60;
  const text = "x".repeat(250_000);
  const { home, open, send, daemon } = await setUp(() =>
    Array.from({ length: parts }, (_, index): ScriptStep => ({
      do: "emit",
      event: { type: "part.set", partId: `part-${index}`, kind: "text", firstSeq: null, text },
    })),
  );
  const sessionId = await open();
  const lazy = await subscribeRaw(daemon, sessionId);
  lazy.socket.pause();
  const brisk = new Follower(connectTo(daemon), sessionId);
  const { taskId } = await send(sessionId, "flood");
  await brisk.end(taskId);
  await brisk.until(() => brisk.events.filter(({ body }) => body.type === "part.set").length === parts);
  expect(lazy.seqs.length).toBeLessThan(brisk.seqs.length);
  lazy.socket.resume();
  const last = Math.max(...brisk.seqs);
  while (lazy.seqs.at(-1) !== last) await once(lazy.socket, "message");
  expect(lazy.seqs).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  brisk.stop();
  await daemon.close();
  expect(await judgeFault("F17", 1, { dataDir: home.dataDir, seen: new Map([[sessionId, brisk.events]]) })).toEqual([]);
});

async function setUp(script: (text: string) => readonly ScriptStep[]) {
  const repository = await createRepository();
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const backend = new ScriptedBackend({ script: ({ text }) => script(text) });
  const home = await TestHome.make();
  const daemon = await home.start({ backend });
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const open = async () => (await api.sessions.create.mutate({ projectId: project.id })).id;
  const send = (sessionId: SessionId, text: string) =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  return { home, daemon, api, open, send };
}

/** A page whose socket can be left unread. */
async function subscribeRaw(daemon: DaemonAddress, sessionId: SessionId) {
  const socket = new WebSocket(`${daemon.address.replace("http", "ws")}/trpc?connectionParams=1`);
  onTestFinished(() => socket.terminate());
  const seqs: number[] = [];
  const started = Promise.withResolvers<void>();
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { result?: { type: string; data?: { data: { events: { seq: number }[] } } } };
    if (message.result?.type === "started") started.resolve();
    if (message.result?.type === "data") seqs.push(...message.result.data!.data.events.map(({ seq }) => seq));
  });
  await once(socket, "open");
  socket.send(JSON.stringify({ method: "connectionParams", data: { token: daemon.token } }));
  socket.send(JSON.stringify({ id: 1, method: "subscription", params: { path: "events.session", input: { sessionId } } }));
  await started.promise;
  return { socket, seqs };
}
