import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId } from "@boocode/shared/ids";
import type { AcpScenario } from "@boocode/testkit/acp/acp-scenario";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { RunCgroup } from "../../src/platform/processes/run-cgroup.ts";
import { SYSTEM_TABLE } from "../../src/platform/processes/table/system-table.ts";
import { WORK_MARKER } from "../../src/platform/processes/work-mark.ts";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId, textOf } from "../test-client.ts";

const MINE = AgentId.parse("mine");

/** In a session of its own, deaf to the end of its terminal, and twice away from its parent. */
const LEAVE = `
setsid sleep 500 >/dev/null 2>&1 &
nohup sleep 501 >/dev/null 2>&1 &
(setsid sh -c 'sleep 502 & exec sleep 503' >/dev/null 2>&1 &)
`;
/** The machine may be busy. */
const PATIENT = { timeout: 60_000 };
const LEFT = ["sleep 500", "sleep 501", "sleep 502", "sleep 503"];
/** One that another has started is not named beside it. */
const SHOWN = ["sleep 500", "sleep 501", "sleep 503"];

async function openSession(daemon: DaemonAddress) {
  const repository = await createRepository({ "README.md": "# Test\n", "leave.sh": LEAVE });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  type ChatIdOrNull = Awaited<ReturnType<typeof api.tasks.send.mutate>>["chatId"] | null;
  const send = (text: string, chatId: ChatIdOrNull = null, agent = BOOCODE) =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId, sessionId, agent, text });
  /** Everything that carries the session's mark. */
  const alive = async () => {
    const marked = (await SYSTEM_TABLE.listMarked(WORK_MARKER)).filter(({ value }) => value.startsWith(`${sessionId}/`));
    return (await Promise.all(marked.map(async ({ pid }) => (await SYSTEM_TABLE.readArgv(pid)).join(" ")))).toSorted();
  };
  const shown = async () => (await api.agentSessions.processes.query({ sessionId })).map(({ command }) => command).toSorted();
  return { api, sessionId, follower, send, alive, shown };
}

/** A session in which a command of the native agent has left all of it running. */
async function leave(daemon: DaemonAddress) {
  const session = await openSession(daemon);
  const { taskId, chatId } = await session.send("run sh leave.sh");
  expect(await session.follower.end(taskId)).toMatchObject({ state: "completed" });
  await expect.poll(session.shown, PATIENT).toEqual(SHOWN);
  return { ...session, taskId, chatId };
}

it("P2 what a command leaves running is named with its turn while it lives, and ends with its chat", async () => {
  const home = await TestHome.make();
  const { api, sessionId, taskId, chatId, alive, shown } = await leave(await home.start());
  const [first] = await api.agentSessions.processes.query({ sessionId });
  expect(first).toEqual({ pid: expect.any(Number), startTime: expect.any(String), chatId, taskId, command: "sleep 500" });

  expect(await api.agentSessions.endProcess.mutate({ sessionId, pid: first!.pid, startTime: "1" })).toEqual({ ended: false });
  expect(await api.agentSessions.endProcess.mutate({ sessionId, pid: first!.pid, startTime: first!.startTime })).toEqual({ ended: true });
  expect(await shown()).toEqual(SHOWN.slice(1));

  await api.chats.close.mutate({ chatId });
  await expect.poll(alive, PATIENT).toEqual([]);
  expect(await shown()).toEqual([]);
});

it("P2 what a command leaves running ends when its session is archived, and another session's goes on", async () => {
  const home = await TestHome.make();
  const daemon = await home.start();
  const [archived, other] = [await leave(daemon), await leave(daemon)];
  await archived.api.sessions.archive.mutate({ sessionId: archived.sessionId, archived: true });
  await expect.poll(archived.alive, PATIENT).toEqual([]);
  expect(await other.alive()).toEqual(LEFT);
  await other.api.chats.close.mutate({ chatId: other.chatId });
  await expect.poll(other.alive, PATIENT).toEqual([]);
});

it("P5 what a command leaves running ends with the daemon's orderly stop", async () => {
  const home = await TestHome.make();
  const started = home.spawn();
  const { follower, alive } = await leave(await started.ready());
  follower.stop();
  expect(await started.end("SIGTERM")).toBe(0);
  expect(await alive()).toEqual([]);
});

it("T3 with a stopped turn ends what its agent runs, before its work is looked at; the warm agent and an earlier turn's go on", async () => {
  const home = await TestHome.make();
  await mkdir(home.dataDir, { recursive: true });
  const scenario: AcpScenario = {
    stateFile: join(home.path, "state.json"),
    prompts: [
      [{ do: "leaveRunning", argv: ["sleep", "510"] }, { do: "sayProcess" }],
      [
        // Deaf to a polite end, too.
        { do: "leaveRunning", argv: ["sh", "-c", "trap '' TERM; while :; do echo late >> late.txt; done"] },
        { do: "leaveRunning", argv: ["sh", "-c", "(setsid sleep 511 &) ; sleep 512"] },
        { do: "say", text: "It runs" },
        { do: "hang" },
      ],
      [{ do: "sayProcess" }],
    ],
  };
  const file = join(home.path, "scenario.json");
  await writeFile(file, JSON.stringify(scenario));
  const entry = { id: MINE, name: "My agent", transport: "acp", command: [...scriptedAgentCommand("acp"), file] };
  await writeFile(join(home.dataDir, "agents.json"), JSON.stringify([entry]));
  const { api, sessionId, follower, send, alive, shown } = await openSession(await home.start());
  const first = await send("One", null, MINE);
  expect(await follower.end(first.taskId)).toMatchObject({ state: "completed" });
  expect(await shown()).toEqual(["sleep 510"]);

  const second = await send("Two", first.chatId, MINE);
  await expect.poll(alive, PATIENT).toEqual(expect.arrayContaining(["sleep 511", "sleep 512"]));
  const [session] = await api.sessions.list.query();
  const late = () => readFile(join(session!.worktree!.path, "late.txt"), "utf8").catch(() => "");
  await expect.poll(late, PATIENT).not.toBe("");
  await api.tasks.cancel.mutate({ taskId: second.taskId });
  expect(await follower.end(second.taskId)).toMatchObject({ state: "cancelled", filesChanged: 1 });
  const written = await late();
  expect((await alive()).filter((command) => !command.includes("scripted-acp-agent"))).toEqual(["sleep 510"]);
  const told = follower.events.flatMap(({ body }) => (body.type === "notice" ? [body.text] : []));
  expect(told).toEqual([expect.stringMatching(/^Ended with the turn: .*late\.txt/)]);

  const other = await send("list files", first.chatId);
  expect(await follower.end(other.taskId)).toMatchObject({ state: "completed", filesChanged: 0 });
  expect(await late()).toBe(written);
  expect(await api.pendingChanges.list.query({ sessionId })).toMatchObject([{ path: "late.txt", agents: ["mine"] }]);

  const third = await send("Three", first.chatId, MINE);
  await follower.end(third.taskId);
  expect(textOf(follower.events, third.taskId)).toBe(textOf(follower.events, first.taskId));
  await api.chats.close.mutate({ chatId: first.chatId });
  await expect.poll(alive, PATIENT).toEqual([]);
});

it("P2 what dropped its environment and left its parent is named with its turn, and ends with its chat and with the daemon", async () => {
  const home = await TestHome.make();
  const started = home.spawn();
  const { api, follower, send, shown } = await openSession(await started.ready());
  const escape = (seconds: number, folder: string) => send(`run sh -c "cd ${folder}; (env -i setsid sleep ${seconds} >/dev/null 2>&1 &)"`);
  const here = await escape(520, ".");
  expect(await follower.end(here.taskId)).toMatchObject({ state: "completed" });
  await expect.poll(shown, PATIENT).toEqual(["sleep 520"]);
  await api.chats.close.mutate({ chatId: here.chatId });
  await expect.poll(() => alive("sleep 520"), PATIENT).toEqual([]);
  // Elsewhere it is found only in a cgroup, which not every system allows.
  const elsewhere = await escape(521, "/");
  expect(await follower.end(elsewhere.taskId)).toMatchObject({ state: "completed" });
  const isContained = (await RunCgroup.enter().then((own) => own?.close().then(() => true))) === true;
  await expect.poll(shown, PATIENT).toEqual(isContained ? ["sleep 521"] : []);
  const last = await escape(522, ".");
  await follower.end(last.taskId);
  follower.stop();
  expect(await started.end("SIGTERM")).toBe(0);
  expect(await alive("sleep 522")).toEqual([]);
  expect(await alive("sleep 521")).toHaveLength(isContained ? 0 : 1);
  for (const pid of await alive("sleep 521")) process.kill(pid);
});

/** The processes with exactly this command. */
async function alive(command: string): Promise<number[]> {
  const all = await SYSTEM_TABLE.list();
  const commands = await Promise.all(
    all.map(async ({ pid, isZombie }) => [pid, isZombie ? "" : (await SYSTEM_TABLE.readArgv(pid)).join(" ")] as const),
  );
  return commands.flatMap(([pid, its]) => (its === command ? pid : []));
}
