import type { z } from "zod";
import { storageFault } from "./storage-fault.ts";

type Encoding = "plain" | "flag" | "json" | "optional";
type ColumnOf<Row> = keyof Row & string;
type Field<Row> = ColumnOf<Row> | { column: ColumnOf<Row>; as: "flag" | "json" | "optional" };

/** The mapping between a record of `shared` and its table: each property and its column. */
export interface RecordCodec<Row, Record extends object> {
  readonly toRow: (record: Record) => Row;
  /** Maps only the given properties. */
  readonly toPatch: (patch: Partial<Record>) => Partial<Row>;
  /** Faults: `storage_failed` for a row that no longer parses. */
  readonly toRecord: (row: Row) => Record;
}

/**
 * Creates the codec of one noun. `flag` stores a boolean as 0 or 1, `json` any value as text (null stays NULL), `optional` an absent
 * property as NULL.
 */
export function recordCodec<Row extends object, Shape extends object>(
  noun: string,
  schema: z.ZodType<Shape>,
  fields: { [Property in keyof Shape & string]-?: Field<Row> },
): RecordCodec<Row, Shape> {
  const properties = Object.entries<Field<Row>>(fields).map(([property, field]) =>
    typeof field === "string" ? { property, column: field, as: "plain" as const } : { property, ...field },
  );
  const encode = (as: Encoding, value: unknown): unknown => {
    if (value === null || value === undefined) return null;
    if (as === "flag") return value === true ? 1 : 0;
    return as === "json" ? JSON.stringify(value) : value;
  };
  const decode = (as: Encoding, value: unknown): unknown => {
    if (value === null) return as === "optional" ? undefined : null;
    if (as === "flag") return value === 1;
    return as === "json" && typeof value === "string" ? JSON.parse(value) : value;
  };
  return {
    toRow: (record) =>
      Object.fromEntries(
        properties.map(({ property, column, as }) => [column, encode(as, (record as Record<string, unknown>)[property])]),
      ) as Row,
    toPatch: (patch) =>
      Object.fromEntries(
        properties
          .filter(({ property }) => (patch as Record<string, unknown>)[property] !== undefined)
          .map(({ property, column, as }) => [column, encode(as, (patch as Record<string, unknown>)[property])]),
      ) as Partial<Row>,
    toRecord: (row) => {
      try {
        const raw: Record<string, unknown> = {};
        for (const { property, column, as } of properties) {
          const value = decode(as, row[column]);
          if (value !== undefined) raw[property] = value;
        }
        return schema.parse(raw);
      } catch (error) {
        throw storageFault(`A stored ${noun} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
      }
    },
  };
}

/** Returns true if a patch has no columns: an UPDATE without columns is invalid SQL. */
export function isEmptyPatch(patch: object): boolean {
  return Object.keys(patch).length === 0;
}
