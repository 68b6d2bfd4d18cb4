import { fork } from "node:child_process";
import { once } from "node:events";
import type { SessionId } from "@boocode/shared/ids";
import { expect } from "vitest";
import type { ArmedMessage, ArmMessage } from "./crashing-daemon.ts";
import { DaemonProcess, type DaemonAddress, type TestHome } from "./start-test-daemon.ts";
import { BOOCODE, Follower, mintPromptId, openConnection } from "./test-client.ts";

/** The bundle of `crashing-daemon.ts`, which the tests' set-up builds. */
const PROGRAM = new URL("../test-bundle/crashing-daemon.js", import.meta.url).pathname;

/** A daemon with a scripted agent, in a process that kills itself with SIGKILL at a failpoint of the test's choice. */
export interface CrashingDaemon {
  program: DaemonProcess;
  daemon: DaemonAddress;
  /** From now on, failpoints are counted from 0, and the process is killed at this one. With null nothing kills it. Returns its heap in bytes. */
  crashAt(index: number | null): Promise<number>;
  /** The name of the failpoint it was killed at, or null. To be asked once it has exited. */
  killedAt(): string | null;
}

/** Starts it on a test's home and waits until it is ready. It ends with the test at the latest. */
export async function startCrashingDaemon(home: TestHome): Promise<CrashingDaemon> {
  const program = forkDaemon(home, []);
  const { child } = program;
  return {
    program,
    daemon: await program.ready(),
    crashAt: async (index) => {
      const armed = once(child, "message") as Promise<[ArmedMessage]>;
      child.send({ crashAt: index } satisfies ArmMessage);
      return (await armed)[0].heapBytes;
    },
    killedAt: () => killedAt(program),
  };
}

/** Starts it and has it die at a failpoint of its start. Returns the failpoint's name, or null if it got ready before; it is stopped then. */
export async function startAndDie(home: TestHome, crashAt: number): Promise<string | null> {
  const program = forkDaemon(home, [String(crashAt)]);
  const isReady = await program.ready().then(
    () => true,
    () => false,
  );
  if (isReady) await program.end("SIGTERM");
  return isReady ? null : killedAt(program);
}

function forkDaemon(home: TestHome, argv: readonly string[]): DaemonProcess {
  return new DaemonProcess(fork(PROGRAM, argv, { env: home.env, stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] }));
}

const killedAt = ({ stdout }: DaemonProcess) => /^Killed at (.+)$/m.exec(stdout)?.[1] ?? null;

/** Has the scripted agent write one file for each word of the text, and waits for the turn's end. */
export async function writeInTurn(daemon: DaemonAddress, sessionId: SessionId, text: string): Promise<void> {
  const { client, close } = openConnection(daemon);
  const follower = new Follower(client, sessionId);
  const { taskId } = await client.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
  await close();
}
