import { setTimeout as delay } from "node:timers/promises";
import type { ProcessEntry, ProcessIdentity, ProcessTable } from "./table/process-table.ts";
import { SYSTEM_TABLE } from "./table/system-table.ts";

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
  table?: ProcessTable;
}

const POLL_MS = 20;
/** The limit on waiting after SIGKILL: a process in uninterruptible sleep survives it. */
const GIVE_UP_MS = 5_000;

/** Returns the identity of a running process, or null if it is gone. */
export async function identifyProcess(pid: number, table = SYSTEM_TABLE): Promise<ProcessIdentity | null> {
  const entry = await table.find(pid);
  return entry && !entry.isZombie ? { pid, startTime: entry.startTime } : null;
}

/** Finds every other running process with `name=value` in its environment, including detached ones. */
export async function findProcessesByMarker(name: string, value: string, table = SYSTEM_TABLE): Promise<ProcessIdentity[]> {
  const marked = await table.listMarked(name);
  return marked.filter((entry) => entry.value === value).map(({ pid, startTime }) => ({ pid, startTime }));
}

/**
 * Ends a process and everything it started: TERM, a grace period, then KILL. The process tree is listed again before each signal.
 *
 * If the pid now has a different start time, it belongs to another process and is not signalled. A process that is already gone counts as
 * success.
 * Returns whether all of them are gone.
 */
export async function killTree(pid: number, startTime: string, options: KillTreeOptions = {}): Promise<boolean> {
  const { graceMs = 2_000, marker, table = SYSTEM_TABLE } = options;
  const tree = new Tree({ pid, startTime }, marker, table);
  try {
    return await tree.end(graceMs);
  } catch {
    // The system cannot list its processes, so only the process group can be signalled.
    return killGroup(pid, graceMs);
  }
}

/** The living processes that belong to one root process, updated with each listing. */
class Tree {
  readonly #root: ProcessIdentity;
  readonly #marker: ProcessMarker | undefined;
  readonly #table: ProcessTable;
  readonly #victims = new Map<number, ProcessIdentity>();

  constructor(root: ProcessIdentity, marker: ProcessMarker | undefined, table: ProcessTable) {
    this.#root = root;
    this.#marker = marker;
    this.#table = table;
  }

  async end(graceMs: number): Promise<boolean> {
    await this.#look();
    await this.#send("SIGTERM");
    if (await this.#settle(graceMs)) return true;

    const deadline = performance.now() + GIVE_UP_MS;
    let quietRounds = 0;
    while (performance.now() < deadline) {
      await this.#look();
      quietRounds = this.#victims.size === 0 ? quietRounds + 1 : 0;
      // A fork can happen between two listings, so require two empty ones.
      if (quietRounds === 2) return true;
      await this.#send("SIGKILL");
      await delay(POLL_MS);
    }
    return false;
  }

  async #settle(graceMs: number): Promise<boolean> {
    const deadline = performance.now() + graceMs;
    for (;;) {
      await this.#look();
      if (this.#victims.size === 0) {
        await this.#look();
        if (this.#victims.size === 0) return true;
      }
      if (performance.now() >= deadline) return false;
      await delay(POLL_MS);
    }
  }

  /** Drops processes that are gone and adds those that belong now: descendants, members of the root's group and session, and marked processes. */
  async #look(): Promise<void> {
    const entries = await this.#table.list();
    const byPid = new Map(entries.map((entry) => [entry.pid, entry]));
    for (const [pid, victim] of this.#victims) {
      const now = byPid.get(pid);
      if (!now || now.isZombie || now.startTime !== victim.startTime) this.#victims.delete(pid);
    }
    for (const pid of listMembers(this.#root, entries, this.#victims.keys())) {
      const entry = byPid.get(pid);
      if (entry && !entry.isZombie && pid !== process.pid) this.#victims.set(pid, { pid, startTime: entry.startTime });
    }
    const { name = "", value = "" } = this.#marker ?? {};
    if (!this.#marker) return;
    for (const found of await findProcessesByMarker(name, value, this.#table)) this.#victims.set(found.pid, found);
  }

  async #send(signal: NodeJS.Signals): Promise<void> {
    for (const { pid, startTime } of this.#victims.values()) {
      // Check the start time again, so that a reused pid is not signalled.
      if (this.#table.isFast && (await this.#table.find(pid))?.startTime !== startTime) continue;
      trySignal(pid, signal);
    }
  }
}

function listMembers(root: ProcessIdentity, entries: readonly ProcessEntry[], known: Iterable<number>): Set<number> {
  const living = entries.find(({ pid }) => pid === root.pid);
  // The kernel does not reuse a group's number while it has members, so a group without its leader is still this one.
  const isOurs = !living || living.startTime === root.startTime;
  const members = new Set(known);
  if (isOurs) {
    for (const { pid, group, session } of entries) if (pid === root.pid || group === root.pid || session === root.pid) members.add(pid);
  }
  for (let grew = true; grew;) {
    const before = members.size;
    for (const { pid, parent } of entries) if (members.has(parent)) members.add(pid);
    grew = members.size > before;
  }
  return members;
}

async function killGroup(pid: number, graceMs: number): Promise<boolean> {
  const deadline = performance.now() + graceMs;
  trySignal(-pid, "SIGTERM");
  while (trySignal(-pid, 0)) {
    if (performance.now() >= deadline) trySignal(-pid, "SIGKILL");
    if (performance.now() >= deadline + GIVE_UP_MS) return false;
    await delay(POLL_MS);
  }
  return true;
}

function trySignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // The process is gone since the listing or belongs to another user; the next listing decides.
    return false;
  }
}
