import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { SessionId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, onTestFinished } from "vitest";
import { SYSTEM_TABLE } from "../../src/platform/processes/table/system-table.ts";
import type { DaemonAddress } from "../start-test-daemon.ts";
import { callOver, openConnection } from "../test-client.ts";
import { makeTerminalHome, PATIENT, SIZE } from "./terminal-rig.ts";

/**
 * Opens and closes a terminal, reads a file and follows a session's events, so many times: then neither the daemon nor the process that
 * holds the terminals has a descriptor, a pseudoterminal or a watch more than before.
 */
export async function openAndClose(rounds: number): Promise<void> {
  const home = await makeTerminalHome();
  const repository = await createRepository({ "README.md": "# Test\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const running = home.spawn();
  const daemon = await running.ready();
  const api = callOver(daemon);
  const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId });
  const holders = async () => [running.child.pid!, await findHost(running.child.pid!)];
  const open = () => api.terminals.open.mutate({ sessionId, size: SIZE });

  // What one round opens shows, or the comparison would say nothing.
  const terminal = await open();
  const [daemonPid, hostPid] = (await holders()) as [number, number];
  const bare = lookAt(daemonPid);
  const following = await follow(daemon, sessionId);
  await expect.poll(() => lookAt(daemonPid).get("inotify watch") ?? 0, PATIENT).toBeGreaterThan(bare.get("inotify watch") ?? 0);
  expect(lookAt(hostPid).get("ptmx")).toBe(1);
  await following();
  await api.terminals.close.mutate({ terminalId: terminal.id, force: true });

  const round = async () => {
    const { id: terminalId } = await open();
    const stop = await follow(daemon, sessionId);
    await api.files.read.query({ sessionId, path: "README.md" });
    await stop();
    await api.terminals.close.mutate({ terminalId, force: true });
  };
  await round();
  await expect.poll(() => lookAt(hostPid).get("ptmx") ?? 0, PATIENT).toBe(0);
  await expect.poll(() => lookAt(daemonPid).get("inotify watch") ?? 0, PATIENT).toBe(bare.get("inotify watch") ?? 0);
  const before = [lookAt(daemonPid), lookAt(hostPid)];
  for (let done = 0; done < rounds; done += 1) await round();
  expect(await holders()).toEqual([daemonPid, hostPid]);
  const listMore = () => [daemonPid, hostPid].flatMap((pid, at) => findMore(before[at]!, lookAt(pid)));
  await expect.poll(listMore, PATIENT).toEqual([]);
  expect(await running.end("SIGTERM")).toBe(0);
}

/** Follows a session's events over a connection of its own, until the returned function is called. */
async function follow(daemon: DaemonAddress, sessionId: SessionId): Promise<() => Promise<void>> {
  const { client, close } = openConnection(daemon);
  const { promise: started, resolve: onStarted, reject: onError } = Promise.withResolvers<void>();
  const subscription = client.events.session.subscribe({ sessionId, lastEventId: "0" }, { onStarted: () => onStarted(), onError });
  await started;
  return async () => {
    subscription.unsubscribe();
    await close();
  };
}

/** What a process holds: how many of each kind of descriptor, and of watches. */
function lookAt(pid: number): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (kind: string, more = 1) => counts.set(kind, (counts.get(kind) ?? 0) + more);
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      count(target.includes("ptmx") ? "ptmx" : target.replace(/:\[\d+\]$/, ""));
      if (target.includes("inotify"))
        count("inotify watch", readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8").split("inotify wd").length - 1);
    } catch {
      // It was closed meanwhile.
    }
  }
  return counts;
}

/** The kinds of which there are more than before. */
function findMore(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): string[] {
  return [...now].filter(([kind, times]) => times > (before.get(kind) ?? 0)).map(([kind, times]) => `${times} × ${kind}`);
}

async function findHost(daemonPid: number): Promise<number> {
  for (const { pid, parent } of await SYSTEM_TABLE.list())
    if (parent === daemonPid && (await SYSTEM_TABLE.readArgv(pid)).join(" ").includes("pty-host-main")) return pid;
  throw new Error("No process holds the terminals");
}
