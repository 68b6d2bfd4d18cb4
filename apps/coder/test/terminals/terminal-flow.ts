import { readFileSync } from "node:fs";
import type { TerminalId } from "@boocode/shared/ids";
import { KEPT_OUTPUT_UNITS } from "@boocode/shared/terminals/terminal";
import { expect, onTestFinished } from "vitest";
import { SYSTEM_TABLE } from "../../src/platform/processes/table/system-table.ts";
import { DeafSocket } from "../access/deaf-socket.ts";
import { measureMemory } from "../measure-memory.ts";
import { callOver, connectTo } from "../test-client.ts";
import { makeTerminalHome, openTerminal, SIZE, TerminalReader } from "./terminal-rig.ts";

/** What the daemon may hold more while programs write without end, in bytes: some output of each is kept, and little is on its way. */
const MOST_MEMORY = 40 * 1024 * 1024;
/** The same for the process that holds the terminals, with what only waits to be collected. */
const MOST_OF_HOST = 48 * 1024 * 1024;
/** Subscriptions of the reader that takes nothing: each may be sent a round of output. */
const DEAF_READERS = 100;
const KEYS_PER_LOOK = 50;

/**
 * Programs write without end: to nobody, to a reader that takes nothing, and to one that never asks again. Meanwhile, until `isOver`, another
 * terminal echoes each key, and neither the daemon nor the process that holds the terminals swells. Afterwards each program is where it
 * would be, and is read on.
 */
export async function floodTerminals(isOver: (keys: number) => boolean): Promise<void> {
  const daemon = await (await makeTerminalHome()).start();
  const { api, sessionId, type, reader } = await openTerminal(daemon);
  await type("stty raw -echo; echo rea''dy; exec cat\n");
  await reader.waitFor(/ready/);
  const host = await findHost();
  const before = { daemon: measureMemory(), host: readResident(host) };

  const flooding = await Promise.all(["unwatched", "deaf", "once"].map(() => api.terminals.open.mutate({ sessionId, size: SIZE })));
  const [, deafId, onceId] = flooding.map(({ id }) => id) as [TerminalId, TerminalId, TerminalId];
  const deaf = await DeafSocket.open(daemon);
  for (let id = 1; id <= DEAF_READERS; id += 1) {
    deaf.send({ id, method: "subscription", params: { path: "terminals.output", input: { terminalId: deafId } } });
  }
  await deaf.answer(DEAF_READERS);
  deaf.stopReading();
  const { promise: roundIsOver, resolve: onComplete, reject: onError } = Promise.withResolvers<void>();
  const round = connectTo(daemon).terminals.output.subscribe({ terminalId: onceId }, { onComplete, onError });
  onTestFinished(() => round.unsubscribe());
  for (const { id } of flooding) await api.terminals.write.mutate({ terminalId: id, text: "exec yes 'the same line again and again'\n" });
  await roundIsOver;

  const most = { daemon: 0, host: 0 };
  let keys = 0;
  while (!isOver(keys)) {
    for (let key = 0; key < KEYS_PER_LOOK; key += 1) {
      keys += 1;
      await type(`<${keys}>`);
      await reader.waitFor((text) => text.endsWith(`<${keys}>`));
    }
    most.daemon = Math.max(most.daemon, measureMemory() - before.daemon);
    most.host = Math.max(most.host, readResident(host) - before.host);
  }
  reader.close();
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
  process.stdout.write(`${keys} keys beside ${flooding.length} floods, at most ${mib(most.daemon)} and ${mib(most.host)} MiB more\n`);
  expect(most.daemon).toBeLessThan(MOST_MEMORY);
  expect(most.host).toBeLessThan(MOST_OF_HOST);
  for (const { id } of flooding) await expectFlowing(daemon, id);
}

/** More was written than is kept, the newest of it is there, and a reader gets what follows without a gap. */
async function expectFlowing(daemon: Parameters<typeof callOver>[0], terminalId: TerminalId): Promise<void> {
  const reader = new TerminalReader(daemon, terminalId);
  await reader.waitFor((text) => text.length > 2 * KEPT_OUTPUT_UNITS);
  reader.close();
  const [first, ...others] = reader.frames;
  expect(first!.offset).toBeGreaterThan(0);
  expect(first!.lost).toBe(first!.offset);
  expect(others.filter(({ lost }) => lost > 0)).toEqual([]);
  await callOver(daemon).terminals.close.mutate({ terminalId, force: true });
}

/** The pid of the process that holds this process's terminals. */
async function findHost(): Promise<number> {
  for (const { pid, parent } of await SYSTEM_TABLE.list())
    if (parent === process.pid && (await SYSTEM_TABLE.readArgv(pid)).join(" ").includes("pty-host-main")) return pid;
  throw new Error("No process holds the terminals");
}

const readResident = (pid: number) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1_024;
