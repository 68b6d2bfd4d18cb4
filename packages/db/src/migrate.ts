import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Failpoint } from "./database.ts";
import type { Migration } from "./migrations/migration.ts";
import { countRows } from "./migrations/row-counts.ts";
import type { SqliteFile } from "./sqlite-file.ts";
import { storageFault } from "./storage-fault.ts";

/**
 * Migrates the file to the newest schema, one transaction per migration; does nothing if it is current. A non-empty file is first copied to
 * `<file>.bak-<version>`. If anything fails, the file is at exactly one version, complete.
 *
 * Faults: `storage_failed` for a migration that failed.
 */
export async function migrate(sqlite: SqliteFile, migrations: readonly Migration[], failpoint: Failpoint): Promise<void> {
  const newest = migrations.at(-1)?.version ?? 0;
  const found = sqlite.schemaVersion();
  if (found >= newest) return;
  if (found > 0) {
    await failpoint(`migration.${found + 1}.backup`);
    sqlite.backUpTo(`${sqlite.file}.bak-${found}`);
  }
  for (const migration of migrations) {
    if (migration.version > sqlite.schemaVersion()) await apply(sqlite, migration, failpoint);
  }
}

async function apply(sqlite: SqliteFile, migration: Migration, failpoint: Failpoint): Promise<void> {
  const { version } = migration;
  const at = (step: string) => failpoint(`migration.${version}.${step}`);
  sqlite.setDurability("full");
  // Rebuilding a table would otherwise trigger its cascades. The check below replaces the constraint.
  sqlite.enforceForeignKeys(false);
  try {
    await at("begin");
    await sqlite.writer.transaction().execute(async (tx) => {
      // Another process may have migrated the file while this one waited for the lock.
      if (sqlite.schemaVersion() >= version) return;
      const before = await countRows(tx, sqlite.tableNames());
      const brokenBefore = sqlite.foreignKeyViolations();
      for (const step of migration.steps) {
        await at(step.name);
        await step.run(tx);
      }
      await at("verify");
      await migration.verify(tx, before);
      // Dangling references from before this migration must not keep the program from starting.
      const broken = sqlite.foreignKeyViolations() - brokenBefore;
      if (broken > 0) throw new Error(`${broken} rows refer to rows that do not exist`);
      sqlite.setSchemaVersion(version);
      await at("commit");
    });
    await at("committed");
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw storageFault(`The database ${sqlite.file} could not be migrated to schema ${version}: ${reason}. Nothing was changed.`, error);
  } finally {
    sqlite.enforceForeignKeys(true);
  }
}
