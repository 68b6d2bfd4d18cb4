import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import type { KyselyPlugin } from "kysely";
import type { Migration } from "../src/migrations/migration.ts";
import { openDatabase } from "../src/open-database.ts";
import { scratchFile } from "./scratch-database.ts";

const ROWS = 3;

interface Column {
  name: string;
  type: string;
}

/** A store of an older schema with rows in every table, whatever its columns are. */
export async function fillSchema(migrations: readonly Migration[]): Promise<string> {
  const file = scratchFile();
  await (await openDatabase({ file, migrations })).close();
  if (migrations.length === 0) return file;
  const database = new BetterSqlite3(file);
  database.pragma("foreign_keys = off");
  for (const table of listTables(database)) {
    const columns = database.prepare("select name, type from pragma_table_info(?)").all(table) as Column[];
    const keys = new Map(
      (database.prepare(`select "from", "table", "to" from pragma_foreign_key_list(?)`).all(table) as Record<string, string>[]).map(
        ({ from, table: to, to: column }) => [from!, `${to}.${column}`],
      ),
    );
    const insert = database.prepare(`insert into "${table}" values (${columns.map(() => "?").join(", ")})`);
    for (let row = 1; row <= ROWS; row += 1) {
      insert.run(columns.map(({ name, type }) => (type.toLowerCase() === "text" ? `${keys.get(name) ?? `${table}.${name}`} ${row}` : row)));
    }
  }
  database.close();
  return file;
}

/** What is in a store: its version, its whole damage, and of each table a checksum over the columns given, or over all. */
export function readSums(file: string, columnsOf?: ReadonlyMap<string, readonly string[]>) {
  const database = new BetterSqlite3(file);
  try {
    const columns = new Map(
      listTables(database).map((table) => [
        table,
        columnsOf?.get(table) ?? (database.prepare("select name from pragma_table_info(?)").pluck().all(table) as string[]),
      ]),
    );
    const sums = new Map(
      [...columns].flatMap(([table, names]) => {
        if (columnsOf && !columnsOf.has(table)) return [];
        const rows = database.prepare(`select ${names.map((name) => `"${name}"`).join(", ")} from "${table}"`).all() as unknown[];
        return [
          [
            table,
            createHash("sha256")
              .update(
                rows
                  .map((row) => JSON.stringify(row))
                  .toSorted()
                  .join("\n"),
              )
              .digest("hex"),
          ] as const,
        ];
      }),
    );
    return {
      version: database.pragma("user_version", { simple: true }) as number,
      damage: [...(database.pragma("integrity_check") as unknown[]), ...(database.pragma("foreign_key_check") as unknown[])],
      columns,
      sums,
    };
  } finally {
    database.close();
  }
}

/** The same migrations, with a call before each statement of each step. */
export function cutting(migrations: readonly Migration[], onStatement: (at: string) => void): Migration[] {
  return migrations.map((migration) => ({
    ...migration,
    steps: migration.steps.map(({ name, run }) => {
      let statement = 0;
      const plugin: KyselyPlugin = {
        transformQuery: ({ node }) => {
          statement += 1;
          onStatement(`${migration.version}.${name}.${statement}`);
          return node;
        },
        transformResult: async ({ result }) => result,
      };
      return { name, run: (tx) => run(tx.withPlugin(plugin)) };
    }),
  }));
}

/** The files as a kill at this moment leaves them, by name: what SQLite holds in memory goes with the process. */
export function readAsKilled(file: string): Buffer[] {
  return ["", "-wal"].map((part) => (existsSync(file + part) ? readFileSync(file + part) : Buffer.alloc(0)));
}

/** Those files in a folder of their own. */
export function writeAsKilled(parts: readonly Buffer[]): string {
  const file = scratchFile();
  parts.forEach((bytes, place) => writeFileSync(file + (place === 0 ? "" : "-wal"), bytes));
  return file;
}

function listTables(database: BetterSqlite3.Database): string[] {
  return database
    .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite!_%' escape '!'")
    .pluck()
    .all() as string[];
}
