import { readFileSync } from "node:fs";
import { readdir, readFile, readlink } from "node:fs/promises";
import { endianness } from "node:os";
import { join } from "node:path";
import {
  isIn,
  type MarkedProcess,
  type NamedProcess,
  type PortHolder,
  type PortListener,
  type ProcessEntry,
  type ProcessTable,
  type UnmarkedEntry,
} from "./process-table.ts";

/** Ticks per second of the start times in `/proc`. Linux fixes this value for user space. */
const TICKS_PER_SECOND = 100;
const LISTENING = "0A";

/** The process table from Linux's `/proc`. Start times are ticks since boot. */
export class ProcTable implements ProcessTable {
  readonly isFast = true;
  readonly unitsPerSecond = TICKS_PER_SECOND;

  async list(): Promise<ProcessEntry[]> {
    const entries = await Promise.all((await listPids()).map((pid) => this.find(pid)));
    return entries.filter((entry) => entry !== null);
  }

  async find(pid: number): Promise<ProcessEntry | null> {
    const text = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => null);
    return text === null ? null : parseStat(pid, text);
  }

  readStartTime(pid: number): string {
    try {
      return parseStat(pid, readFileSync(`/proc/${pid}/stat`, "latin1"))?.startTime ?? "";
    } catch {
      return "";
    }
  }

  now(): number {
    return Math.floor(Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * TICKS_PER_SECOND);
  }

  async listMarked(name: string): Promise<MarkedProcess[]> {
    const wanted = `${name}=`;
    const found = await Promise.all(
      (await this.list()).map(async (entry) => {
        if (entry.isZombie || entry.pid === process.pid) return null;
        const environment = await readFile(`/proc/${entry.pid}/environ`, "latin1").catch(() => "");
        // Most processes lack the variable, so search the whole text before splitting it.
        if (!environment.includes(wanted)) return null;
        const variable = environment.split("\0").find((one) => one.startsWith(wanted));
        return variable === undefined ? null : { ...entry, value: variable.slice(wanted.length) };
      }),
    );
    return found.filter((one) => one !== null);
  }

  async listUnmarked(name: string): Promise<UnmarkedEntry[]> {
    const found = await Promise.all(
      (await this.list()).map(async (entry): Promise<UnmarkedEntry | null> => {
        if (entry.isZombie || entry.pid === process.pid) return null;
        const environment = await readFile(`/proc/${entry.pid}/environ`, "latin1").catch(() => null);
        const variables = environment?.split("\0").flatMap((one) => (one === "" ? [] : (one.split("=")[0] ?? ""))) ?? null;
        if (variables?.includes(name)) return null;
        const [cwd, stat] = await Promise.all([
          readlink(`/proc/${entry.pid}/cwd`).catch(() => null),
          readFile(`/proc/${entry.pid}/stat`, "latin1").catch(() => ""),
        ]);
        const terminal = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[4] ?? "0";
        return { ...entry, cwd, hasTerminal: terminal !== "0", variables };
      }),
    );
    return found.filter((one) => one !== null);
  }

  async readArgv(pid: number): Promise<string[]> {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return text.split("\0").filter((part) => part !== "");
  }

  async readMemory(pids: readonly number[]): Promise<number | null> {
    const sizes = (await Promise.all(pids.map(readKilobytes))).filter((size) => size !== null);
    return sizes.length === 0 ? null : sizes.reduce((all, kilobytes) => all + kilobytes * 1024, 0);
  }

  async listHolders(file: string, folders: readonly string[]): Promise<NamedProcess[] | null> {
    const holders = await Promise.all((await listPids()).map((pid) => lookForHold(pid, file, folders)));
    return holders.filter((holder) => holder !== null);
  }

  async listWorkingIn(folder: string): Promise<NamedProcess[]> {
    const found = await Promise.all(
      (await listPids()).map(async (pid) => {
        // Another user's process cannot be inspected, and one that has gone is not there.
        const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => null);
        if (cwd === null || !isIn(cwd, folder)) return null;
        return { pid, name: (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim() };
      }),
    );
    return found.filter((one) => one !== null);
  }

  async findListener(port: number): Promise<PortHolder | null> {
    const [found] = await this.listListeners([port]);
    return found === undefined ? null : { pid: found.pid, argv: await this.readArgv(found.pid) };
  }

  async listListeners(ports: readonly number[]): Promise<PortListener[]> {
    const wanted = new Set(ports);
    const sockets = new Map((await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map((table) => readListeners(table, wanted)))).flat());
    const found = new Map<number, PortListener>();
    const wholly = new Set([...sockets.values()].map(({ port }) => port)).size;
    // Most of the time nothing listens, and no process is looked at.
    for (const pid of sockets.size === 0 ? [] : await listPids()) {
      for (const [port, places] of Map.groupBy(await listHeld(pid, sockets), (held) => held.port)) {
        if (!found.has(port)) found.set(port, { port, pid, addresses: places.map(({ address }) => address) });
      }
      if (found.size === wholly) break;
    }
    return [...found.values()].toSorted((a, b) => a.port - b.port);
  }
}

/** A process's share of memory, in which what several processes use counts for each in part; all of it if the share is not shown. */
async function readKilobytes(pid: number): Promise<number | null> {
  const read = async (file: string, line: RegExp) => {
    const text = await readFile(`/proc/${pid}/${file}`, "latin1").catch(() => "");
    const found = line.exec(text)?.[1];
    return found === undefined ? null : Number(found);
  };
  return (await read("smaps_rollup", /^Pss:\s+(\d+) kB$/m)) ?? read("status", /^VmRSS:\s+(\d+) kB$/m);
}

async function listPids(): Promise<number[]> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}

function parseStat(pid: number, text: string): ProcessEntry | null {
  // The command name is in parentheses and may itself contain spaces and parentheses, so the fields begin after the last one.
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

async function lookForHold(pid: number, file: string, folders: readonly string[]): Promise<NamedProcess | null> {
  const name = (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
  // The process is gone since the listing.
  if (name === "") return null;
  const holder = { pid, name };
  const isGit = /^git\b/.test(name);
  const cwd = await readlink(`/proc/${pid}/cwd`).catch((error: NodeJS.ErrnoException) => error);
  if (isGit && (typeof cwd === "string" ? folders.some((folder) => isIn(cwd, folder)) : isForbidden(cwd))) return holder;
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    if ((await readlink(join(`/proc/${pid}/fd`, descriptor)).catch(() => null)) === file) return holder;
  }
  return null;
}

/** The process belongs to another user and cannot be inspected, so it may be the one. */
const isForbidden = ({ code }: NodeJS.ErrnoException) => code === "EACCES" || code === "EPERM";

/** Where a socket listens. */
interface Place {
  port: number;
  address: string;
}

/** Returns the listening sockets of a table with where they listen. */
async function readListeners(table: string, ports: ReadonlySet<number>): Promise<[string, Place][]> {
  const text = await readFile(table, "utf8").catch(() => "");
  return text
    .split("\n")
    .slice(1)
    .flatMap((line): [string, Place][] => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      const [address = "", digits = ""] = local?.split(":") ?? [];
      const port = Number.parseInt(digits, 16);
      return state === LISTENING && inode && ports.has(port) ? [[`socket:[${inode}]`, { port, address: toAddress(address) }]] : [];
    });
}

/** Reads an address as the system writes it: words of 32 bits in the machine's order of bytes, each in eight digits. */
function toAddress(digits: string): string {
  const bytes = Buffer.from(digits, "hex");
  if (endianness() === "LE") bytes.swap32();
  if (bytes.length === 4) return bytes.join(".");
  const words = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return new URL(`http://[${words.join(":")}]`).hostname.slice(1, -1);
}

async function listHeld(pid: number, sockets: ReadonlyMap<string, Place>): Promise<Place[]> {
  const folder = `/proc/${pid}/fd`;
  const held: Place[] = [];
  for (const descriptor of await readdir(folder).catch(() => [])) {
    const place = sockets.get(await readlink(`${folder}/${descriptor}`).catch(() => ""));
    if (place !== undefined) held.push(place);
  }
  return held;
}
