import { constants, copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { storageFault } from "../storage-fault.ts";
import { lookAtFile } from "../sqlite-look.ts";
import { refuseUnusable } from "../refuse-unusable.ts";
import { DamagedDatabaseError } from "./damaged-database-error.ts";
import { keepReplaced } from "./keep-damaged.ts";
import { listBackups, type Backup } from "./list-backups.ts";
import { flush } from "./write-copy.ts";

export interface Restored {
  backup: Backup;
  /** Where the damaged database is now; null if there was none. */
  keptAs: string | null;
}

/**
 * Puts the newest usable backup in the place of a damaged or missing database, which is kept beside it. Nobody may have the database open. A
 * crash in between leaves the damaged database, or the restored one.
 *
 * Faults: `storage_failed` if the database is not damaged, or there is no usable backup: nothing has changed then.
 */
export function restoreBackup(file: string, newestSchema: number): Restored {
  const isThere = existsSync(file);
  if (isThere && !isDamaged(file, newestSchema)) {
    throw storageFault(`The database ${file} is not damaged, so no backup was restored.`);
  }
  const backup = listBackups(file).find(({ path }) => isUsable(path, newestSchema));
  if (!backup) throw storageFault(`There is no usable backup of ${file}. Nothing was changed.`);
  const part = `${file}.restoring`;
  rmSync(part, { force: true });
  copyFileSync(backup.path, part, constants.COPYFILE_FICLONE);
  flush(part);
  const keptAs = isThere ? keepReplaced(file) : null;
  // The log of the damaged database must not be read into the restored one.
  for (const name of [`${file}-wal`, `${file}-shm`]) rmSync(name, { force: true });
  renameSync(part, file);
  flush(file);
  return { backup, keptAs };
}

function isDamaged(file: string, newestSchema: number): boolean {
  try {
    refuseUnusable(file, newestSchema, "always");
    return false;
  } catch (error) {
    if (error instanceof DamagedDatabaseError) return true;
    throw error;
  }
}

function isUsable(backup: string, newestSchema: number): boolean {
  const look = lookAtFile(backup, () => true);
  return look.damage === null && look.version > 0 && look.version <= newestSchema;
}
