import { randomBytes } from "node:crypto";
import { identifyProcess, type ProcessIdentity } from "../processes/process.ts";
import { SYSTEM_TABLE } from "../processes/table/system-table.ts";

const FORM = /^\.boocode-(\d{1,10})-(\d{0,20})-[0-9a-f]{16}\.tmp$/;

let ownStartTime: string | null = null;

/** A name for a file that is written beside another and then takes its place. It says whose it is, so that one left behind is known. */
export function makeTemporaryName(): string {
  ownStartTime ??= SYSTEM_TABLE.readStartTime(process.pid);
  return `.boocode-${process.pid}-${ownStartTime}-${randomBytes(8).toString("hex")}.tmp`;
}

/** The process that is writing a file of this name; null for any other name. */
export function findTemporaryOwner(name: string): ProcessIdentity | null {
  const [, pid, startTime] = FORM.exec(name) ?? [];
  return pid === undefined || startTime === undefined ? null : { pid: Number(pid), startTime };
}

/** True where that process is over: nobody will finish the file. */
export async function isLeftBehind(owner: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(owner.pid))?.startTime !== owner.startTime;
}
