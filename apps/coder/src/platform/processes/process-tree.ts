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
/** A process in uninterruptible sleep outlives SIGKILL: waiting for it has an end. */
const GIVE_UP_MS = 5_000;

/** Identity of a running process, or null when it is gone. */
export async function identifyProcess(pid: number, table = SYSTEM_TABLE): Promise<ProcessIdentity | null> {
  const entry = await table.find(pid);
  return entry && !entry.isZombie ? { pid, startTime: entry.startTime } : null;
}

/** Every running process whose environment says `name=value`, without this one. Finds those that detached themselves, too. */
export async function findProcessesByMarker(name: string, value: string, table = SYSTEM_TABLE): Promise<ProcessIdentity[]> {
  const marked = await table.listMarked(name);
  return marked.filter((entry) => entry.value === value).map(({ pid, startTime }) => ({ pid, startTime }));
}

/**
 * Ends a process with everything it started: TERM, a grace, then KILL, each on a fresh look at the tree.
 *
 * A pid whose start time is another one now belongs to a stranger, and is not touched. Already gone is success.
 * Answers whether all of them are gone.
 */
export async function killTree(pid: number, startTime: string, options: KillTreeOptions = {}): Promise<boolean> {
  const { graceMs = 2_000, marker, table = SYSTEM_TABLE } = options;
  const tree = new Tree({ pid, startTime }, marker, table);
  try {
    return await tree.end(graceMs);
  } catch {
    // The system does not say what runs: the group is all that can be reached.
    return killGroup(pid, graceMs);
  }
}

/** What belongs to a process, on one look after the other. */
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
      // A fork may slip between two looks: gone means gone twice.
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

  /** Drops what is gone and adds what belongs to the tree now: children, the group and the session of the root, and what is marked. */
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
      // Looked at once more, so that a pid which was given away meanwhile is left alone.
      if (this.#table.isFast && (await this.#table.find(pid))?.startTime !== startTime) continue;
      trySignal(pid, signal);
    }
  }
}

function listMembers(root: ProcessIdentity, entries: readonly ProcessEntry[], known: Iterable<number>): Set<number> {
  const living = entries.find(({ pid }) => pid === root.pid);
  // While members of a group live, the kernel gives its number to no one else, so a group without its leader is still ours.
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
    // Gone since the look, or not ours to signal: the next look tells.
    return false;
  }
}
