import type { Kysely } from "kysely";

/** The database as a migration sees it. It has the tables of its time, so it never uses the current `Schema`. */
// oxlint-disable-next-line typescript/no-explicit-any -- the tables of a past version have no type any more
export type AnySchema = Kysely<any>;

/** The row count of each table before the migration. */
export type RowCounts = ReadonlyMap<string, number>;

/** The step from one schema version to the next. Never changed once released. */
export interface Migration {
  /** The version it produces. Versions are dense and start at 1. */
  readonly version: number;
  /** Steps run in order in one transaction. A step's name is its failpoint. */
  readonly steps: readonly { readonly name: string; readonly run: (tx: AnySchema) => Promise<void> }[];
  /** Throws if the result is wrong, which rolls everything back. */
  readonly verify: (tx: AnySchema, before: RowCounts) => Promise<void>;
}
