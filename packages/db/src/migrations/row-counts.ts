import type { AnySchema, RowCounts } from "./migration.ts";

/** Counts the rows of each table. */
export async function countRows(db: AnySchema, tables: readonly string[]): Promise<RowCounts> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    const row = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll().as("rows"))
      .executeTakeFirstOrThrow();
    counts.set(table, Number(row["rows"]));
  }
  return counts;
}

/** Throws if a table does not have the expected number of rows. */
export async function expectRows(db: AnySchema, expected: RowCounts): Promise<void> {
  const found = await countRows(db, [...expected.keys()]);
  for (const [table, rows] of expected) {
    if (found.get(table) !== rows) throw new Error(`${table} has ${found.get(table)} rows instead of ${rows}`);
  }
}
