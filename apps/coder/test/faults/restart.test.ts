import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { findProcessesByMarker } from "../../src/platform/processes/process.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId, textOf } from "../test-client.ts";
import { contend } from "./contend.ts";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";

it("kill -9 in the middle of a turn: the next start ends it with its cause, keeps its text, and goes on", async () => {
  const home = await TestHome.make();
  const process1 = home.spawn();
  const daemon1 = await process1.ready();
  const { api, sessionId } = await openSession(daemon1);
  const before = new Follower(connectTo(daemon1), sessionId);
  const { taskId, chatId } = await api.tasks.send.mutate({
    promptId: mintPromptId(),
    chatId: null,
    sessionId,
    agent: BOOCODE,
    text: "explain README.md",
  });
  await before.event(({ body }) => body.type === "text.delta");
  const queued = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId, agent: BOOCODE, text: "list files" });
  expect(await process1.end("SIGKILL")).toBe("SIGKILL");
  before.stop();
  const streamed = textOf(before.events, taskId);
  expect(streamed).not.toBe("");

  const daemon2 = await home.spawn().ready();
  expect(daemon2.token).toBe(daemon1.token);
  const after = new Follower(connectTo(daemon2), sessionId);
  expect(await after.end(taskId)).toMatchObject({ state: "interrupted", cause: "daemon_restart" });
  expect(textOf(after.events, taskId).startsWith(streamed)).toBe(true);
  expect(await after.end(queued.taskId)).toMatchObject({ state: "completed" });
  const api2 = callOver(daemon2);
  const next = await api2.tasks.send.mutate({
    promptId: mintPromptId(),
    chatId,
    agent: BOOCODE,
    text: "create a file next.txt that says on",
  });
  expect(await after.end(next.taskId)).toMatchObject({ state: "completed", filesChanged: 1 });
  expect(after.events.filter(({ taskId: id, body }) => id === taskId && body.type === "task.ended")).toHaveLength(1);
});

it("kill -9 while a command runs: the next start ends the command", async () => {
  const home = await TestHome.make();
  const process1 = home.spawn();
  const daemon1 = await process1.ready();
  const { api, sessionId } = await openSession(daemon1);
  const follower = new Follower(connectTo(daemon1), sessionId);
  await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text: "run sleep 600" });
  await follower.event(({ body }) => body.type === "tool.started" && body.kind === "command");
  const installId = (await readFile(join(home.dataDir, "install-id"), "utf8")).trim();
  const marked = () => findProcessesByMarker("BOOCODE_INSTALL_ID", installId);
  await expect.poll(marked).not.toEqual([]);
  await process1.end("SIGKILL");
  follower.stop();
  await home.spawn().ready();
  expect(await marked()).toEqual([]);
});

it.each(["SIGTERM", "SIGINT"] as const)("F36 %s ends turns in order and leaves with 0", async (signal) => {
  const home = await TestHome.make();
  const process1 = home.spawn();
  const daemon1 = await process1.ready();
  const { api, sessionId } = await openSession(daemon1);
  const follower = new Follower(connectTo(daemon1), sessionId);
  const { taskId } = await api.tasks.send.mutate({
    promptId: mintPromptId(),
    chatId: null,
    sessionId,
    agent: BOOCODE,
    text: "explain README.md",
  });
  await follower.event(({ body }) => body.type === "text.delta");
  follower.stop();
  expect(await process1.end(signal)).toBe(0);
  expect(process1.stderr).toBe("");
  // The log of the database is folded in when it is closed in order.
  expect(await stat(join(home.dataDir, "boocode.db-wal")).catch(() => null)).toBeNull();
  expect(await judgeFault("F36", 1, { dataDir: home.dataDir, seen: new Map([[sessionId, follower.events]]) })).toEqual([]);

  const after = new Follower(connectTo(await home.spawn().ready()), sessionId);
  expect(await after.end(taskId)).toMatchObject({ state: "interrupted", cause: "daemon_shutdown" });
});

it("F36 a second SIGTERM in the middle of an orderly stop ends it at once; the next start settles what was left", async () => {
  const home = await TestHome.make();
  const process1 = home.spawn();
  const { api, sessionId } = await openSession(await process1.ready());
  const follower = new Follower(connectTo(await process1.ready()), sessionId);
  // Deaf to a polite end, so that the stop takes its time.
  const text = `run sh -c "trap '' TERM; while :; do sleep 1; done"`;
  const { taskId } = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  await follower.event(({ body }) => body.type === "tool.started" && body.kind === "command");
  follower.stop();
  // As an impatient person: again and again, until it is over.
  const impatience = setInterval(() => process1.child.kill("SIGTERM"), 20);
  onTestFinished(() => clearInterval(impatience));
  expect(await process1.exited).toBe(130);
  clearInterval(impatience);

  const process2 = home.spawn();
  const after = new Follower(connectTo(await process2.ready()), sessionId);
  expect(await after.end(taskId)).toMatchObject({ state: "interrupted" });
  after.stop();
  expect(await process2.end("SIGTERM")).toBe(0);
  expect(await judgeFault("F36", 1, { dataDir: home.dataDir, seen: new Map([[sessionId, follower.events]]) })).toEqual([]);
});

it("F23 P6 ten at once on one data directory: one serves, the others say who it is; killed, it makes way at once for another", async () => {
  const home = await TestHome.make();
  const first = await contend(home, 10);
  const late = home.spawn();
  expect(await late.exited).toBe(3);
  expect(late.stderr.trim()).toBe(`BooCode already runs on ${home.dataDir}: process ${first.winner.child.pid} at ${first.daemon.address}.`);
  expect(await callOver(first.daemon).projects.list.query()).toEqual([]);
  await first.winner.end("SIGKILL");
  const second = await contend(home, 3);
  await second.winner.end("SIGTERM");
  expect(await judgeFault("F23", 13, { dataDir: home.dataDir })).toEqual([]);
});

it("F16 a taken port is an error that names the holder if it is ours, and leaves a stranger alone", async () => {
  const home = await TestHome.make();
  const first = home.spawn();
  const { address } = await first.ready();
  const { port } = new URL(address);
  const second = (await TestHome.make({ BOOCODE_PORT: port })).spawn();
  expect(await second.exited).toBe(1);
  expect(second.stderr.trim()).toBe(`Port ${port} is taken by another BooCode, process ${first.child.pid}. Choose another with --port.`);

  let contacts = 0;
  const stranger = createServer(() => contacts++);
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void stranger.close());
  const { port: strangersPort } = stranger.address() as { port: number };
  const third = (await TestHome.make({ BOOCODE_PORT: String(strangersPort) })).spawn();
  expect(await third.exited).toBe(1);
  expect(third.stderr.trim()).toBe(`Port ${strangersPort} is taken by another program. Choose another with --port.`);
  expect(contacts).toBe(0);
  expect(await first.end("SIGTERM")).toBe(0);
  expect(await judgeFault("F16", 2, { dataDir: home.dataDir })).toEqual([]);
});

it.each([
  [["--port", "nonsense"], {}, /^BOOCODE_PORT is "nonsense"[^\n]*\n$/],
  [[], { DATABASE_URL: "postgres://h/db" }, /^DATABASE_URL names a PostgreSQL server[^\n]*\n$/],
  [["--nonsense"], {}, /^Unknown option '--nonsense'[^\n]*\n$/],
])("leaves with 2 and one readable line for %j %j, and writes nothing", async (argv, env, words) => {
  const home = await TestHome.make();
  const attempt = home.spawn(argv, env);
  expect(await attempt.exited).toBe(2);
  expect(attempt.stderr).toMatch(words);
  expect(await stat(home.dataDir).catch(() => null)).toBeNull();
});

it("S1 keeps its token to itself: a file of its own, not in the arguments, the log, or what agents inherit", async () => {
  const home = await TestHome.make({ BOOCODE_LOG_LEVEL: "debug" });
  const program = home.spawn();
  const daemon = await program.ready();
  const { api, sessionId } = await openSession(daemon);
  const follower = new Follower(connectTo(daemon), sessionId);
  const { taskId } = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text: "run env" });
  await follower.end(taskId);
  expect((await stat(home.dataDir)).mode & 0o777).toBe(0o700);
  expect((await stat(join(home.dataDir, "token"))).mode & 0o777).toBe(0o600);
  expect((await readFile(join(home.dataDir, "token"), "utf8")).trim()).toBe(daemon.token);
  const said = [
    await readFile(`/proc/${program.child.pid}/cmdline`, "utf8"),
    await readFile(join(home.dataDir, "logs", "boocode.log"), "utf8"),
    program.stderr,
    JSON.stringify(follower.events),
  ];
  expect(said.filter((text) => text.includes(daemon.token))).toEqual([]);
  expect(said[3]).toContain("BOOCODE_RUN_ID");
  expect(said[3]).not.toMatch(/BOOCODE_(?:DATA_DIR|PORT|TOKEN)\b/);
  expect(said[1]).not.toContain("run env");
});

async function openSession(daemon: DaemonAddress) {
  const repository = await createRepository({ "README.md": `# Test\n\n${"A line of words about this project.\n".repeat(200)}` });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const session = await api.sessions.create.mutate({ projectId: project.id });
  return { api, sessionId: session.id };
}
