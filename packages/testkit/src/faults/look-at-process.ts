import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What this process holds at one moment. */
export interface ProcessLook {
  /** Files, watches, sockets and servers, each by its kind or path, as often as it is held. */
  handles: readonly string[];
  /** Living processes that descend from it, with what they run. */
  children: ReadonlyMap<number, string>;
}

/** What keeps a process alive and is closed by whoever opened it. Requests and timers end by themselves; pipes lead to programs, which are counted. */
const HELD = new Set(["FSEventWrap", "StatWatcher", "TCPServerWrap", "TCPSocketWrap", "UDPWrap", "Worker"]);

/** What all tests of a process start programs from. They begin with the first and stay. */
const STARTER = /program-starter-main|run-orders/;

/** Looks at what this process holds. Linux only; elsewhere it sees no descriptors and no children. */
export function lookAtProcess(): ProcessLook {
  return {
    handles: [...process.getActiveResourcesInfo().filter((kind) => HELD.has(kind)), ...listOpenFiles()],
    children: new Map(listDescendants(process.pid).map((pid) => [pid, readCommand(pid)])),
  };
}

/** The handles of `now` that `before` did not have. */
export function findNewHandles(before: ProcessLook, now: ProcessLook): string[] {
  const left = [...before.handles];
  return now.handles.filter((handle) => {
    const place = left.indexOf(handle);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

/**
 * Living processes that began to descend from this one since `before`, or that work in one of the folders, wherever they went. A program
 * that was there before and was started again, as a server that tests share, is not one of them.
 */
export function findLeftProcesses(before: ProcessLook, now: ProcessLook, folders: Iterable<string>): string[] {
  const replaced = [...before.children].flatMap(([pid, command]) => (now.children.has(pid) ? [] : [command]));
  const left = new Map([...now.children].filter(([pid, command]) => !before.children.has(pid) && !STARTER.test(command)));
  for (const [pid, command] of left) {
    const place = replaced.indexOf(command);
    if (place >= 0) left.delete(pid);
    if (place >= 0) replaced.splice(place, 1);
  }
  const within = [...folders];
  for (const pid of listPids()) {
    // The folder may be removed by now: its name then ends in "(deleted)".
    const cwd = readLink(`/proc/${pid}/cwd`);
    if (within.some((folder) => cwd === folder || cwd.startsWith(`${folder}/`) || cwd === `${folder} (deleted)`))
      left.set(pid, readCommand(pid));
  }
  return [...left].map(([pid, command]) => `Process ${pid} was left behind: ${command}`);
}

function listOpenFiles(): string[] {
  return listNames("/proc/self/fd")
    .map((name) => readLink(`/proc/self/fd/${name}`))
    .filter((target) => target.startsWith("/") && !target.startsWith("/proc/") && !target.startsWith("/dev/"));
}

function listDescendants(pid: number): number[] {
  const children = listNames(`/proc/${pid}/task`).flatMap((thread) =>
    readText(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean),
  );
  return children.map(Number).flatMap((child) => (isZombie(child) ? [] : [child, ...listDescendants(child)]));
}

/** A process that has ended and was not asked for its end yet. */
function isZombie(pid: number): boolean {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === "" || stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
}

const listPids = () =>
  listNames("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid);
const readCommand = (pid: number) => readText(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
const listNames = (folder: string) => attempt(() => readdirSync(folder), []);
const readText = (file: string) => attempt(() => readFileSync(file, "latin1"), "");
const readLink = (file: string) => attempt(() => readlinkSync(file), "");

/** What is in `/proc` may go away at any time. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
