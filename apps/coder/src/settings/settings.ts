import type { Database } from "@boocode/db/database";
import { readSettings, writeSettings } from "@boocode/db/setting-store";
import type { Settings, SettingsPatch } from "@boocode/shared/settings/settings";

/** A person's choices. What was never chosen is the default. */
export class SettingsStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All settings, complete. */
  async read(): Promise<Settings> {
    return await readSettings(this.#database.read);
  }

  /** Changes what the patch names, tells every page, and gives all settings. */
  async change(patch: SettingsPatch): Promise<Settings> {
    return this.#database.write("full", (tx, announce) => {
      announce.changed("settings", []);
      return writeSettings(tx, patch);
    });
  }
}
