import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot, decimal text, from `/proc/<pid>/stat`; empty where the system has no `/proc`. */
  startTime: string;
}

/** An environment variable that a process and everything it starts inherit. */
export interface ProcessMarker {
  name: string;
  value: string;
}

export interface KillTreeOptions {
  /** Milliseconds between TERM and KILL. Default 2,000. */
  graceMs?: number;
  /** Also ends processes that left the tree but still carry this variable. */
  marker?: ProcessMarker;
}

interface ProcessEntry extends ProcessIdentity {
  parent: number;
  group: number;
  session: number;
  isZombie: boolean;
}

const POLL_MS = 20;
/** A process in uninterruptible sleep outlives SIGKILL: waiting for it has an end. */
const GIVE_UP_MS = 5_000;

/** Identity of a running process, or null when it is gone. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | null> {
  const entry = await readEntry(pid);
  if (entry) return entry.isZombie ? null : { pid, startTime: entry.startTime };
  return process.platform !== "linux" && isSignallable(pid) ? { pid, startTime: "" } : null;
}

/**
 * When a child of this process was started, as in its {@link ProcessIdentity}; empty where that cannot be told. Reads at once: until the
 * event loop goes on, a child whose end it has not told yet keeps its pid, so this can be no one else.
 */
export function readStartTime(pid: number): string {
  try {
    return parseEntry(pid, readFileSync(`/proc/${pid}/stat`, "latin1"))?.startTime ?? "";
  } catch {
    return "";
  }
}

/** Every running process whose environment says `name=value`, without this one. Finds those that detached themselves, too. */
export async function findProcessesByMarker(name: string, value: string): Promise<ProcessIdentity[]> {
  const wanted = `${name}=${value}`;
  const found: ProcessIdentity[] = [];
  for (const entry of await listEntries()) {
    if (entry.isZombie || entry.pid === process.pid) continue;
    const environment = await readFile(`/proc/${entry.pid}/environ`, "latin1").catch(() => "");
    if (environment.split("\0").includes(wanted)) found.push({ pid: entry.pid, startTime: entry.startTime });
  }
  return found;
}

/**
 * Ends a process with everything it started: TERM, a grace, then KILL, each on a fresh look at the tree.
 *
 * A pid whose start time is another one now belongs to a stranger, and is not touched. Already gone is success.
 * Answers whether all of them are gone.
 */
export async function killTree(pid: number, startTime: string, options: KillTreeOptions = {}): Promise<boolean> {
  if (process.platform !== "linux") return killGroup(pid, options.graceMs ?? 2_000);
  const victims = new Map<number, ProcessIdentity>();
  const root = { pid, startTime };

  await look(root, victims, options.marker);
  for (const victim of victims.values()) await send(victim, "SIGTERM");
  if (await settle(root, victims, options.marker, options.graceMs ?? 2_000)) return true;

  const deadline = performance.now() + GIVE_UP_MS;
  let quietRounds = 0;
  while (performance.now() < deadline) {
    await look(root, victims, options.marker);
    quietRounds = victims.size === 0 ? quietRounds + 1 : 0;
    // A fork may slip between two looks: gone means gone twice.
    if (quietRounds === 2) return true;
    for (const victim of victims.values()) await send(victim, "SIGKILL");
    await delay(POLL_MS);
  }
  return false;
}

async function settle(root: ProcessIdentity, victims: Map<number, ProcessIdentity>, marker: ProcessMarker | undefined, graceMs: number) {
  const deadline = performance.now() + graceMs;
  for (;;) {
    await look(root, victims, marker);
    if (victims.size === 0) {
      await look(root, victims, marker);
      if (victims.size === 0) return true;
    }
    if (performance.now() >= deadline) return false;
    await delay(POLL_MS);
  }
}

/** Drops from `victims` what is gone and adds what belongs to the tree now: children, the group and the session of the root. */
async function look(root: ProcessIdentity, victims: Map<number, ProcessIdentity>, marker: ProcessMarker | undefined): Promise<void> {
  const entries = await listEntries();
  const byPid = new Map(entries.map((entry) => [entry.pid, entry]));
  for (const [pid, victim] of victims) {
    const now = byPid.get(pid);
    if (!now || now.isZombie || now.startTime !== victim.startTime) victims.delete(pid);
  }
  const living = byPid.get(root.pid);
  // While members of a group live, the kernel gives its number to no one else, so a group without its leader is still ours.
  const isOurs = !living || living.startTime === root.startTime;
  const members = new Set(victims.keys());
  if (isOurs) {
    for (const entry of entries)
      if (entry.pid === root.pid || entry.group === root.pid || entry.session === root.pid) members.add(entry.pid);
  }
  for (let grew = true; grew;) {
    const before = members.size;
    for (const entry of entries) if (members.has(entry.parent)) members.add(entry.pid);
    grew = members.size > before;
  }
  for (const pid of members) {
    const entry = byPid.get(pid);
    if (entry && !entry.isZombie && pid !== process.pid) victims.set(pid, { pid, startTime: entry.startTime });
  }
  if (!marker) return;
  for (const found of await findProcessesByMarker(marker.name, marker.value)) victims.set(found.pid, found);
}

async function send(victim: ProcessIdentity, signal: NodeJS.Signals): Promise<void> {
  const now = await readEntry(victim.pid);
  if (!now || now.startTime !== victim.startTime) return;
  try {
    process.kill(victim.pid, signal);
  } catch {
    // Gone since the look, or no longer ours to signal: the next look tells.
  }
}

async function listEntries(): Promise<ProcessEntry[]> {
  const names = await readdir("/proc").catch(() => []);
  const entries = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((name) => readEntry(Number(name))));
  return entries.filter((entry) => entry !== null);
}

async function readEntry(pid: number): Promise<ProcessEntry | null> {
  const text = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => null);
  return text === null ? null : parseEntry(pid, text);
}

function parseEntry(pid: number, text: string): ProcessEntry | null {
  // The command's name stands in parentheses and may hold spaces and parentheses itself: fields begin after the last one.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group, session] = fields;
  const startTime = fields[19];
  if (!state || !parent || !group || !session || !startTime) return null;
  return {
    pid,
    startTime,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    isZombie: state === "Z" || state === "X",
  };
}

async function killGroup(pid: number, graceMs: number): Promise<boolean> {
  const deadline = performance.now() + graceMs;
  trySignal(-pid, "SIGTERM");
  while (isSignallable(-pid)) {
    if (performance.now() >= deadline) trySignal(-pid, "SIGKILL");
    if (performance.now() >= deadline + GIVE_UP_MS) return false;
    await delay(POLL_MS);
  }
  return true;
}

function isSignallable(pid: number): boolean {
  return trySignal(pid, 0);
}

function trySignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
