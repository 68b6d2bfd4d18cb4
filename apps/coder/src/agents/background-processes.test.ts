import { spawn } from "node:child_process";
import { once } from "node:events";
import { AgentId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { silentLogger } from "../platform/logger.ts";
import { ProcTable } from "../platform/processes/table/proc-table.ts";
import { PsTable } from "../platform/processes/table/ps-table.ts";
import type { MarkedProcess, ProcessTable } from "../platform/processes/table/process-table.ts";
import { toWorkMark } from "../platform/processes/work-mark.ts";
import { BackgroundProcesses } from "./background-processes.ts";

const sessionId = SessionId.parse("ses_background");

/** Counts how often all processes are looked through. */
function counting(table: ProcessTable) {
  let looks = 0;
  const listMarked = (name: string): Promise<MarkedProcess[]> => {
    looks += 1;
    return table.listMarked(name);
  };
  const counted = Object.assign(Object.create(table) as ProcessTable, { listMarked });
  return { table: counted, looks: () => looks };
}

async function setUp(plain: ProcessTable = new ProcTable()) {
  const { table, looks } = counting(plain);
  const told: string[][] = [];
  const onChanged = (_: SessionId, chatIds: readonly string[]) => void told.push([...chatIds]);
  const background = new BackgroundProcesses({ runId: "test", logger: silentLogger(), table, onChanged });
  // Of this test alone: what another one left is not its.
  const chatId = ChatId.parse(`chat_${crypto.randomUUID()}`);
  const turn = (task: string) => ({ sessionId, chatId, taskId: TaskId.parse(task), folder: "/nowhere", agentSessionId: null });
  /** What a command left: its shell is gone, so its parent is no agent. */
  const leave = async (mark: Record<string, string> = toWorkMark(sessionId, chatId)) => {
    const shell = spawn("/bin/sh", ["-c", "sleep 60 >/dev/null 2>&1 & echo $!"], {
      env: { PATH: "/usr/bin:/bin", ...mark },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [said] = (await once(shell.stdout, "data")) as [Buffer];
    if (shell.exitCode === null) await once(shell, "exit");
    const pid = Number(String(said));
    onTestFinished(() => {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It was ended.
      }
    });
    return pid;
  };
  const pids = async () => (await background.list(sessionId)).map(({ pid }) => pid);
  return { background, chatId, turn, leave, pids, looks, told };
}

it("looks through the processes only when a turn is over, never while one runs", async () => {
  const { background, turn, leave, pids, looks } = await setUp();
  expect([await pids(), looks()]).toEqual([[], 0]);
  background.begin(turn("task_1"));
  const left = await leave();
  expect([await pids(), looks()]).toEqual([[], 0]);
  await background.end(turn("task_1"), false);
  expect([await pids(), looks()]).toEqual([[left], 1]);
  background.begin(turn("task_2"));
  const more = await leave();
  expect([await pids(), looks()]).toEqual([[left], 1]);
  process.kill(left, "SIGKILL");
  await expect.poll(pids).toEqual([]);
  expect(looks()).toBe(1);
  await background.end(turn("task_2"), false);
  expect([await pids(), looks()]).toEqual([[more], 2]);
});

it.each([
  ["/proc", new ProcTable()],
  ["ps", new PsTable()],
])("names the turn that left it, and ends what a stopped one left and nothing else, by %s", async (_, table) => {
  const { background, chatId, turn, leave, pids } = await setUp(table);
  // Where start times are told to the second, and Linux's `ps` rounds them down, a turn begins and what it starts comes in another one.
  const inAnother = async () => {
    const until = table.now() + (table.isFast ? 1 : 2 * table.unitsPerSecond);
    await expect.poll(() => table.now() >= until).toBe(true);
  };
  background.begin(turn("task_1"));
  await inAnother();
  const first = await leave();
  expect(await background.end(turn("task_1"), false)).toEqual([]);
  expect(await background.list(sessionId)).toMatchObject([{ pid: first, chatId, taskId: "task_1", command: "sleep 60" }]);
  await inAnother();
  background.begin(turn("task_2"));
  await inAnother();
  await leave();
  await leave();
  expect(await background.end(turn("task_2"), true)).toEqual(["sleep 60", "sleep 60"]);
  expect(await pids()).toEqual([first]);
});

it("knows whose it is what a server that works for many chats has started, by the server's name for the chat", async () => {
  const { background, chatId, turn, leave, told } = await setUp();
  const agentSessionId = `${AgentId.parse("opencode")}-${crypto.randomUUID()}`;
  background.begin({ ...turn("task_1"), agentSessionId });
  const left = await leave({ BOOCODE_WORK: `agent:${agentSessionId}` });
  await background.end(turn("task_1"), false);
  expect(await background.list(sessionId)).toMatchObject([{ pid: left, chatId, taskId: "task_1" }]);
  await background.endChat(sessionId, chatId);
  expect(await background.list(sessionId)).toEqual([]);
  expect(told).toEqual([[chatId]]);
});

it("ends what finished turns left, and nothing that the turn which runs has started", async () => {
  const table = new ProcTable();
  const { background, chatId, turn, leave } = await setUp(table);
  const isThere = async (pid: number) => (await table.find(pid))?.isZombie === false;
  background.begin(turn("task_1"));
  const left = await leave();
  await background.end(turn("task_1"), false);
  const until = table.now() + 1;
  await expect.poll(() => table.now() >= until).toBe(true);
  background.begin(turn("task_2"));
  const running = await leave();
  await background.endLeft(sessionId, chatId);
  expect([await isThere(left), await isThere(running)]).toEqual([false, true]);
});

it("ends one that is asked for by its identity, and no other", async () => {
  const { background, turn, leave, pids } = await setUp();
  background.begin(turn("task_1"));
  const [first, second] = [await leave(), await leave()];
  await background.end(turn("task_1"), false);
  const listed = await background.list(sessionId);
  const { startTime } = listed.find(({ pid }) => pid === first)!;
  expect(await background.endOne(sessionId, { pid: first, startTime: "1" })).toBe(false);
  expect(await background.endOne(SessionId.parse("ses_other"), { pid: first, startTime })).toBe(false);
  // No process of this machine that is not listed, whoever asks.
  expect(await background.endOne(sessionId, { pid: process.pid, startTime: new ProcTable().readStartTime(process.pid) })).toBe(false);
  expect(await background.endOne(sessionId, { pid: first, startTime })).toBe(true);
  expect(await pids()).toEqual([second]);
});

it("P2 a process that dropped its environment and left its parent is found where it works, and a person's beside it is not", async () => {
  await using folder = await createTempFolder();
  const { background, turn, pids } = await setUp();
  const own = { ...turn("task_1"), folder: folder.path };
  background.begin(own);
  /** Starts a program in the folder whose parent is gone. */
  const leave = async (env: Record<string, string>) => {
    const shell = spawn("/bin/sh", ["-c", "(setsid env -i $KEEP sleep 60 >/dev/null 2>&1 & echo $!)"], {
      cwd: folder.path,
      env: { PATH: "/usr/bin:/bin", ...env },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [said] = (await once(shell.stdout, "data")) as [Buffer];
    const pid = Number(String(said));
    onTestFinished(() => void killQuietly(pid));
    return pid;
  };
  const [escaped, persons] = [await leave({}), await leave({ KEEP: "LOGNAME=ann PATH=/usr/bin:/bin" })];
  await background.end(own, false);
  await expect.poll(pids).toContain(escaped);
  expect(await pids()).not.toContain(persons);
  expect((await background.list(sessionId)).find(({ pid }) => pid === escaped)).toMatchObject({ chatId: own.chatId, taskId: own.taskId });
  await background.endChat(sessionId, own.chatId);
  expect(await pids()).toEqual([]);
  expect(() => process.kill(persons, 0)).not.toThrow();
});

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was ended.
  }
}
