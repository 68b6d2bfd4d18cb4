import { DEFAULT_SETTINGS } from "@boocode/shared/settings/settings";
import { expect, it } from "vitest";
import { scratchDatabase } from "../../test/scratch-database.ts";
import { readSettings, writeSettings } from "./setting-store.ts";

it("returns the defaults until something is set, and keeps fields not in the patch", async () => {
  const db = await scratchDatabase();
  expect(await readSettings(db.read)).toEqual(DEFAULT_SETTINGS);
  expect(await db.write("full", (tx) => writeSettings(tx, { theme: "dark" }))).toEqual({ ...DEFAULT_SETTINGS, theme: "dark" });
  await db.write("full", (tx) => writeSettings(tx, { theme: "light", diffView: "split" }));
  expect(await readSettings(db.read)).toEqual({ ...DEFAULT_SETTINGS, theme: "light", diffView: "split" });
});

it.each(['"purple"', "{not json", "null", "7"])("falls back to the default if %s is stored", async (value) => {
  const db = await scratchDatabase();
  await db.write("full", async (tx) => {
    await writeSettings(tx, { diffView: "split" });
    await tx
      .insertInto("settings")
      .values([
        { key: "theme", value },
        { key: "of-a-later-version", value: "1" },
      ])
      .execute();
  });
  expect(await readSettings(db.read)).toEqual({ ...DEFAULT_SETTINGS, diffView: "split" });
});
