import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { SessionId } from "@boocode/shared/ids";
import { expect } from "vitest";
import type { ArmMessage } from "./crashing-daemon.ts";
import { DaemonProcess, type DaemonAddress, type TestHome } from "./start-test-daemon.ts";
import { BOOCODE, Follower, mintPromptId, openConnection } from "./test-client.ts";

const PROGRAM = new URL("./crashing-daemon.ts", import.meta.url).pathname;

/** A daemon with a scripted agent, in a process that kills itself with SIGKILL at a failpoint of the test's choice. */
export interface CrashingDaemon {
  program: DaemonProcess;
  daemon: DaemonAddress;
  /** From now on, failpoints are counted from 0, and the process is killed at this one. With null nothing kills it. */
  crashAt(index: number | null): Promise<void>;
  /** The name of the failpoint it was killed at, or null. To be asked once it has exited. */
  killedAt(): string | null;
}

/** Starts it on a test's home and waits until it is ready. It ends with the test at the latest. */
export async function startCrashingDaemon(home: TestHome): Promise<CrashingDaemon> {
  const child = fork(PROGRAM, [], {
    env: { ...home.env, NODE_COMPILE_CACHE: join(home.path, "compiled") },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: [],
  });
  const program = new DaemonProcess(child);
  return {
    program,
    daemon: await program.ready(),
    crashAt: async (index) => {
      const armed = once(child, "message");
      child.send({ crashAt: index } satisfies ArmMessage);
      await armed;
    },
    killedAt: () => /^Killed at (.+)$/m.exec(program.stdout)?.[1] ?? null,
  };
}

/** Has the scripted agent write one file for each word of the text, and waits for the turn's end. */
export async function writeInTurn(daemon: DaemonAddress, sessionId: SessionId, text: string): Promise<void> {
  const { client, close } = openConnection(daemon);
  const follower = new Follower(client, sessionId);
  const { taskId } = await client.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
  await close();
}
