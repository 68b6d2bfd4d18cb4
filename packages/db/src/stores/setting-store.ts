import { DEFAULT_SETTINGS, Settings, type SettingsPatch } from "@boocode/shared/settings/settings";
import type { Transaction } from "kysely";
import type { Queryable } from "../database.ts";
import type { Schema } from "../schema.ts";

/** Returns all settings. A setting that is not stored, or whose stored value is no longer valid, has its default. */
export async function readSettings(db: Queryable): Promise<Settings> {
  const rows = await db.selectFrom("settings").selectAll().execute();
  const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const { key, value } of rows) {
    const parsed = Settings.partial().safeParse({ [key]: parseOrNull(value) });
    if (parsed.success) Object.assign(settings, parsed.data);
  }
  return Settings.parse(settings);
}

/** Stores the given settings, leaves the others, and returns all of them. */
export async function writeSettings(tx: Transaction<Schema>, patch: SettingsPatch): Promise<Settings> {
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const row = { key, value: JSON.stringify(value) };
    await tx
      .insertInto("settings")
      .values(row)
      .onConflict((conflict) => conflict.column("key").doUpdateSet(row))
      .execute();
  }
  return readSettings(tx);
}

function parseOrNull(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
