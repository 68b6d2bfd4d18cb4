import { randomUUID } from "node:crypto";
import { identifyProcess, type ProcessIdentity } from "../processes/process.ts";
import { SYSTEM_TABLE } from "../processes/table/system-table.ts";

const FORM = /^\.boocode-(\d{1,10})-(\d{0,20})-[0-9a-f]{16}\.tmp$/;

let ownStartTime: string | null = null;

/** Makes a name for a temporary file that will replace another. The name identifies the writing process, so leftovers can be recognised. */
export function makeTemporaryName(): string {
  ownStartTime ??= SYSTEM_TABLE.readStartTime(process.pid);
  return `.boocode-${process.pid}-${ownStartTime}-${randomUUID().replaceAll("-", "").slice(0, 16)}.tmp`;
}

/** The process that writes the temporary file of this name; null for any other name. */
export function findTemporaryOwner(name: string): ProcessIdentity | null {
  const [, pid, startTime] = FORM.exec(name) ?? [];
  return pid === undefined || startTime === undefined ? null : { pid: Number(pid), startTime };
}

/** True if the owner has ended, so the file will never be finished. */
export async function isLeftBehind(owner: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(owner.pid))?.startTime !== owner.startTime;
}
