/** Identifies a process, even after its pid is reused. */
export interface ProcessIdentity {
  pid: number;
  /** Decimal text in the units of the process table; empty if unknown. */
  startTime: string;
}

/** A process as the system lists it. */
export interface ProcessEntry extends ProcessIdentity {
  parent: number;
  group: number;
  /** 0 if the system does not report it. */
  session: number;
  /** Ended but not yet reaped by its parent. */
  isZombie: boolean;
}

/** A process that had a variable in its environment when it started. */
export interface MarkedProcess extends ProcessEntry {
  /** The variable's value. */
  value: string;
}

/** A process that did not have a variable in its environment when it started. */
export interface UnmarkedEntry extends ProcessEntry {
  /** Its working folder; null if it cannot be read. */
  cwd: string | null;
  hasTerminal: boolean;
  /** The names in its environment; null if they cannot be read. */
  variables: readonly string[] | null;
}

/** A process with its program's name, for display. */
export interface NamedProcess {
  pid: number;
  name: string;
}

/** A process that listens on a port. */
export interface PortHolder {
  pid: number;
  argv: readonly string[];
}

/** A process that listens on a port, and the addresses on which it does, such as `0.0.0.0` or `::1`; at least one. */
export interface PortListener {
  port: number;
  pid: number;
  addresses: string[];
}

/** Reads the system's processes: from `/proc` where it exists, otherwise with `ps` and `lsof`. */
export interface ProcessTable {
  /** Whether a start time can be read synchronously at almost no cost. */
  readonly isFast: boolean;
  /** The units of start times per second. */
  readonly unitsPerSecond: number;
  /** Lists every process, including zombies. Rejects if the system does not answer: unknown does not mean gone. */
  list(): Promise<ProcessEntry[]>;
  /** Finds one process, even a zombie; null if it is gone. */
  find(pid: number): Promise<ProcessEntry | null>;
  /** Reads a process's start time synchronously; empty if unknown. */
  readStartTime(pid: number): string;
  /** The current time in the units of start times. */
  now(): number;
  /**
   * Lists other living processes that had this variable in their environment when they started. Does not see other users' processes, or
   * processes that removed the variable before they started their program.
   */
  listMarked(name: string): Promise<MarkedProcess[]>;
  /** Lists other living processes without this variable. Empty if the system does not show other processes' environments and folders. */
  listUnmarked(name: string): Promise<UnmarkedEntry[]>;
  /** Reads a process's program and arguments; empty if it is gone or they are unknown. */
  readArgv(pid: number): Promise<string[]>;
  /**
   * Reads the total memory of these processes, in bytes; null if unknown. Linux counts shared memory once in all; other systems count it
   * once per process.
   */
  readMemory(pids: readonly number[]): Promise<number | null>;
  /** Lists living processes that have a file open, and git processes working in one of the folders. Null if the system cannot tell. */
  listHolders(file: string, folders: readonly string[]): Promise<NamedProcess[] | null>;
  /** Lists living processes of this user that work in a folder or below it. Rejects if the system does not say. */
  listWorkingIn(folder: string): Promise<NamedProcess[]>;
  /** Finds this user's process that listens on a TCP port, without connecting to it. Null if there is none, if it belongs to another user, or if the system cannot tell. */
  findListener(port: number): Promise<PortHolder | null>;
  /** Lists this user's processes that listen on any of these TCP ports, one for each port. Leaves out what the system does not tell. */
  listListeners(ports: readonly number[]): Promise<PortListener[]>;
}

/** True if the path is the folder or is inside it. */
export const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
