import { existsSync } from "node:fs";
import { DamagedDatabaseError } from "./backups/damaged-database-error.ts";
import { keepDamaged } from "./backups/keep-damaged.ts";
import { lookAtFile } from "./sqlite-look.ts";
import { storageFault } from "./storage-fault.ts";

/** Files up to this size are checked for damage at every start; larger ones only if there is a reason. */
const ALWAYS_CHECKED_BYTES = 32 * 1024 * 1024;

/**
 * Refuses a database that this program must not write to, and keeps a copy of a damaged one. Only reads the file; nobody may have it open.
 * `when` says whether a large file that was closed in order is checked for damage too.
 *
 * Faults: `storage_failed` for a newer schema, another program's file, or a damaged one ({@link DamagedDatabaseError}).
 */
export function refuseUnusable(file: string, newest: number, when: "always" | "with_reason"): void {
  if (!existsSync(file)) return;
  const { version, tables, damage } = lookAtFile(
    file,
    (look) => when === "always" || look.wasLeftOpen || look.version < newest || look.sizeBytes <= ALWAYS_CHECKED_BYTES,
  );
  if (version > newest) {
    throw storageFault(
      `The database ${file} was written by a newer BooCode (schema ${version}, this program supports ${newest}). ` +
        "Start the newer program, or point BOOCODE_DATA_DIR elsewhere. Nothing was changed.",
    );
  }
  if (damage !== null) throw new DamagedDatabaseError(file, damage, keepDamaged(file));
  if (version === 0 && tables > 0) throw storageFault(`The file ${file} is another program's database. Nothing was changed.`);
}
