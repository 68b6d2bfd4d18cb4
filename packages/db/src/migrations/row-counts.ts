import { sql } from "kysely";
import type { AnySchema, RowCounts } from "./migration.ts";

/** Counts the rows of each table, in one statement: a first start counts before and after every migration. */
export async function countRows(db: AnySchema, tables: readonly string[]): Promise<RowCounts> {
  if (tables.length === 0) return new Map();
  const counts = tables.map((table) => sql`select ${sql.lit(table)} as "table", count(*) as "rows" from ${sql.table(table)}`);
  const { rows } = await sql<{ table: string; rows: number | bigint }>`${sql.join(counts, sql` union all `)}`.execute(db);
  return new Map(rows.map((row) => [row.table, Number(row.rows)]));
}

/** Throws if a table does not have the expected number of rows. */
export async function expectRows(db: AnySchema, expected: RowCounts): Promise<void> {
  const found = await countRows(db, [...expected.keys()]);
  for (const [table, rows] of expected) {
    if (found.get(table) !== rows) throw new Error(`${table} has ${found.get(table)} rows instead of ${rows}`);
  }
}
