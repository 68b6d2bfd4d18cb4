import type { Kysely } from "kysely";

/** A migration sees whatever tables its time had: it never uses the present `Schema`. */
// oxlint-disable-next-line typescript/no-explicit-any -- the tables of a past version have no type any more
export type AnySchema = Kysely<any>;

/** Rows of each table before the migration began. */
export type RowCounts = ReadonlyMap<string, number>;

/** One step from a schema version to the next. Never changed once released. */
export interface Migration {
  /** The version it makes; versions are dense and start at 1. */
  readonly version: number;
  /** Run in order, all in one transaction. A step's name is its failpoint. */
  readonly steps: readonly { readonly name: string; readonly run: (tx: AnySchema) => Promise<void> }[];
  /** Throws where the outcome is not what it must be; everything is then rolled back. */
  readonly verify: (tx: AnySchema, before: RowCounts) => Promise<void>;
}
