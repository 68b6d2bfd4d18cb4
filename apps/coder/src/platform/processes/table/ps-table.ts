import { execFile, execFileSync } from "node:child_process";
import { realpath } from "node:fs/promises";
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

/** Fixes the time zone and language of the output. */
const ENV = { PATH: "/bin:/usr/bin:/sbin:/usr/sbin:/usr/local/bin", LC_ALL: "C", TZ: "UTC" };
const MAX_BYTES = 64 * 1024 * 1024;
const LIMIT_MS = 10_000;
const COLUMNS = ["pid=", "ppid=", "pgid=", "sess=", "stat=", "lstart="].flatMap((column) => ["-o", column]);
const ROW = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S+ \S+\s+\d+ [\d:]+ \d{4})\s*$/;

/**
 * The process table from `ps` and `lsof`, for macOS and other systems without `/proc`. Start times are seconds since 1970.
 *
 * Limits compared with `/proc`: macOS does not report sessions or the environment of system programs, an argument with a space looks like
 * two, and a listing takes about ten times as long.
 */
export class PsTable implements ProcessTable {
  readonly isFast = false;
  readonly unitsPerSecond = 1;

  async list(): Promise<ProcessEntry[]> {
    const { text, exitCode } = await run("ps", ["-A", ...COLUMNS]);
    if (exitCode !== 0) throw new Error(`ps ended with exit code ${exitCode}`);
    return text.split("\n").flatMap((line) => parseRow(line) ?? []);
  }

  async find(pid: number): Promise<ProcessEntry | null> {
    return parseRow((await run("ps", [...COLUMNS, "-p", String(pid)])).text.trimEnd());
  }

  readStartTime(pid: number): string {
    try {
      const options = { env: ENV, timeout: LIMIT_MS, stdio: ["ignore", "pipe", "ignore"] as ["ignore", "pipe", "ignore"] };
      return toStartTime(execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { ...options, encoding: "utf8" }).trim());
    } catch {
      return "";
    }
  }

  now(): number {
    return Math.floor(Date.now() / 1_000);
  }

  async listMarked(name: string): Promise<MarkedProcess[]> {
    // The environment follows the arguments in the same column.
    const argv = process.platform === "darwin" ? ["-A", "-E", "-ww", "-o", "pid=", "-o", "command="] : ["axeww", "-o", "pid=,args="];
    const variable = new RegExp(`^\\s*(\\d+)\\s.* ${name}=(\\S*)(?: |$)`);
    const [entries, { text }] = await Promise.all([this.list(), run("ps", argv)]);
    const values = new Map(
      text.split("\n").flatMap((line): [number, string][] => {
        const [, pid, value] = variable.exec(line) ?? [];
        return pid === undefined || value === undefined ? [] : [[Number(pid), value]];
      }),
    );
    return entries.flatMap((entry) => {
      const value = values.get(entry.pid);
      return value === undefined || entry.isZombie || entry.pid === process.pid ? [] : [{ ...entry, value }];
    });
  }

  async listUnmarked(): Promise<UnmarkedEntry[]> {
    // A listing without a variable is no evidence here: the environment of system programs is not shown.
    return [];
  }

  async readArgv(pid: number): Promise<string[]> {
    const { text } = await run("ps", ["-ww", "-o", "args=", "-p", String(pid)]);
    return text.split(/\s+/).filter((part) => part !== "");
  }

  async readMemory(pids: readonly number[]): Promise<number | null> {
    if (pids.length === 0) return null;
    const { text } = await run("ps", ["-o", "rss=", "-p", pids.join(",")]);
    const sizes = text.split(/\s+/).filter((word) => word !== "");
    return sizes.length === 0 ? null : sizes.reduce((all, kilobytes) => all + Number(kilobytes) * 1024, 0);
  }

  async listHolders(file: string, folders: readonly string[]): Promise<NamedProcess[] | null> {
    const real = await realpath(file).catch(() => file);
    const looks = [
      // Exit code 1 means that nothing was found or that the file is gone.
      run("lsof", ["-w", "-n", "-P", "-F", "pcn", "--", real]),
      run("lsof", ["-w", "-n", "-P", "-a", "-c", "/^git/", "-d", "cwd", "-F", "pcn"]),
    ];
    try {
      const [open, gits] = (await Promise.all(looks)).map(({ text }) => parseFields(text));
      const working = (gits ?? []).filter(({ path }) => folders.some((folder) => isIn(path, folder)));
      const holders = [...(open ?? []), ...working];
      return [...new Map(holders.map(({ pid, name }) => [pid, { pid, name }])).values()];
    } catch {
      return null;
    }
  }

  async listWorkingIn(folder: string): Promise<NamedProcess[]> {
    const { text } = await run("lsof", ["-w", "-n", "-P", "-d", "cwd", "-F", "pcn"]);
    return parseFields(text).flatMap(({ pid, name, path }) => (isIn(path, folder) ? [{ pid, name }] : []));
  }

  async findListener(port: number): Promise<PortHolder | null> {
    try {
      const { text } = await run("lsof", ["-w", "-n", "-P", `-iTCP:${port}`, "-sTCP:LISTEN", "-F", "pcn"]);
      const [holder] = parseFields(text);
      return holder ? { pid: holder.pid, argv: await this.readArgv(holder.pid) } : null;
    } catch {
      return null;
    }
  }

  async listListeners(ports: readonly number[]): Promise<PortListener[]> {
    try {
      const { text } = await run("lsof", ["-w", "-n", "-P", `-iTCP:${ports.join(",")}`, "-sTCP:LISTEN", "-F", "pcn"]);
      // A name is `*:21000`, `127.0.0.1:21000` or `[::1]:21000`.
      const found = parseFields(text).map(({ pid, path }) => {
        const [, address = "", port] = /^(.*):(\d+)$/.exec(path) ?? [];
        return { port: Number(port), pid, address: address === "*" ? "0.0.0.0" : address.replace(/^\[(.*)\]$/, "$1") };
      });
      const wanted = Map.groupBy(
        found.filter(({ port }) => ports.includes(port)),
        ({ port }) => port,
      );
      return [...wanted]
        .map(([port, all]) => {
          const { pid } = all[0]!;
          return { port, pid, addresses: all.flatMap((one) => (one.pid === pid ? [one.address] : [])) };
        })
        .toSorted((a, b) => a.port - b.port);
    } catch {
      return [];
    }
  }
}

/** Runs a program for its output. Rejects if it cannot be started or does not end, because its answer is then unknown. */
function run(file: string, argv: readonly string[]): Promise<{ text: string; exitCode: number }> {
  return new Promise((resolve, reject) => {
    execFile(file, argv, { env: ENV, maxBuffer: MAX_BYTES, timeout: LIMIT_MS, encoding: "latin1" }, (error, text) => {
      const exitCode = error ? error.code : 0;
      if (typeof exitCode === "number") resolve({ text, exitCode });
      else reject(error as Error);
    });
  });
}

function parseRow(line: string): ProcessEntry | null {
  const [, pid, parent, group, session = "", state = "", started = ""] = ROW.exec(line) ?? [];
  if (pid === undefined) return null;
  return {
    pid: Number(pid),
    startTime: toStartTime(started),
    parent: Number(parent),
    group: Number(group),
    session: /^\d+$/.test(session) ? Number(session) : 0,
    isZombie: state.startsWith("Z"),
  };
}

function toStartTime(text: string): string {
  const at = Date.parse(`${text} UTC`);
  return Number.isNaN(at) ? "" : String(at / 1_000);
}

/** Parses the output of `lsof -F pcn`: lines with `p<pid>`, `c<name>`, and `n<path>` for each file. */
function parseFields(text: string): { pid: number; name: string; path: string }[] {
  const found: { pid: number; name: string; path: string }[] = [];
  let [pid, name] = [0, ""];
  for (const line of text.split("\n")) {
    if (line.startsWith("p")) pid = Number(line.slice(1));
    else if (line.startsWith("c")) name = line.slice(1);
    else if (line.startsWith("n")) found.push({ pid, name, path: line.slice(1) });
  }
  return found;
}
