import { join } from "node:path";
import { DamagedDatabaseError } from "@boocode/db/backups/damaged-database-error";
import { keepDamaged } from "@boocode/db/backups/keep-damaged";
import { listBackups } from "@boocode/db/backups/list-backups";
import { isDamage } from "@boocode/db/sqlite-errors";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Config } from "./config.ts";
import { InstanceHeldError } from "./platform/instance-lock.ts";
import { SYSTEM_TABLE } from "./platform/processes/table/system-table.ts";

/** Program paths of a daemon: the bundle, the sources, or the package's program. */
const OWN_PROGRAM = /coder\/(?:bundle\/main\.js|src\/main\.ts)$|\/boocode(?:\.cjs)?$/;

/** Thrown when the daemon cannot start. Its message is for the person. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly reason: "already_running" | "port_taken" | "storage";

  constructor(reason: StartError["reason"], message: string, cause: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Converts an error at startup into one for the person, if it is a known one. Nothing may be open any more. */
export async function toStartError(error: unknown, { port, dataDir }: Config): Promise<unknown> {
  if (error instanceof InstanceHeldError) return new StartError("already_running", error.message, error);
  if (error instanceof DamagedDatabaseError || isDamage(error)) return toDamageError(error as Error, join(dataDir, "boocode.db"));
  if (error instanceof DomainError && error.fault.kind === "storage_failed") return new StartError("storage", error.fault.reason, error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" && port < 1_024)
    return new StartError("port_taken", `Port ${port} needs privileges. Choose another with --port.`, error);
  if (code !== "EADDRINUSE") return error;
  const holder = await SYSTEM_TABLE.findListener(port);
  const isOurs = holder?.argv.some((part) => OWN_PROGRAM.test(part)) ?? false;
  const who = isOurs && holder ? `another BooCode, process ${holder.pid}` : "another program";
  return new StartError("port_taken", `Port ${port} is taken by ${who}. Choose another with --port.`, error);
}

/** Says what is damaged, where the copy is, and what helps. Damage that was found late is copied now. */
function toDamageError(error: Error, file: string): StartError {
  const known = error instanceof DamagedDatabaseError ? error : new DamagedDatabaseError(file, error.message, keepDamaged(file));
  const reason = known.fault.kind === "storage_failed" ? known.fault.reason : known.message;
  const [newest] = listBackups(file);
  const restore = newest
    ? `Start with --restore-backup to go on from the backup of ${new Date(newest.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })}.`
    : "There is no backup of it yet: move it away to begin anew.";
  return new StartError("storage", `${reason} ${restore} The worktrees are untouched: --list-worktrees shows where they are.`, error);
}
