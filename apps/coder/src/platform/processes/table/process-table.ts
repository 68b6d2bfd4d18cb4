/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** Decimal text, in the units of the table that was asked; empty where it cannot be told. */
  startTime: string;
}

/** A process as the system lists it. */
export interface ProcessEntry extends ProcessIdentity {
  parent: number;
  group: number;
  /** 0 where the system does not tell. */
  session: number;
  /** Ended, and only not asked for by its parent. */
  isZombie: boolean;
}

/** A process whose environment held a variable when it began. */
export interface MarkedProcess extends ProcessEntry {
  /** What the variable was set to. */
  value: string;
}

/** A process with its program, for people. */
export interface NamedProcess {
  pid: number;
  name: string;
}

/** A process that listens on a port. */
export interface PortHolder {
  pid: number;
  argv: readonly string[];
}

/** What the system tells of its processes: by `/proc` where there is one, by `ps` and `lsof` elsewhere. */
export interface ProcessTable {
  /** Whether a start time can be read at once and at next to no cost. */
  readonly isFast: boolean;
  /** Of start times. */
  readonly unitsPerSecond: number;
  /** Every process, zombies too. Rejects where the system does not tell: unknown is not gone. */
  list(): Promise<ProcessEntry[]>;
  /** One process, a zombie too; null when it is gone. */
  find(pid: number): Promise<ProcessEntry | null>;
  /** When a process was started, at once; empty where that cannot be told. */
  readStartTime(pid: number): string;
  /** Now, in the units of start times. */
  now(): number;
  /**
   * Living processes that had this variable in their environment when they began, but for this one. Other users' are not seen; nor are
   * those that took the variable out before they started their program.
   */
  listMarked(name: string): Promise<MarkedProcess[]>;
  /** The program of a process with its arguments; empty when it is gone, or where it cannot be told. */
  readArgv(pid: number): Promise<string[]>;
  /** The memory that these processes hold together, in bytes, what they share counted at each; null where it cannot be told. */
  readMemory(pids: readonly number[]): Promise<number | null>;
  /** Living processes that hold a file open, and gits that are at work in one of the folders. Null where the system does not tell. */
  listHolders(file: string, folders: readonly string[]): Promise<NamedProcess[] | null>;
  /** Which process of ours listens on a TCP port, without speaking to it. Null where there is none, it is another user's, or it cannot be told. */
  findListener(port: number): Promise<PortHolder | null>;
}

/** True for a path that is the folder or lies in it. */
export const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
