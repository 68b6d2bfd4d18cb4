import type { Database } from "@boocode/db/database";
import { readSettings, writeSettings } from "@boocode/db/stores/setting-store";
import type { Settings, SettingsPatch } from "@boocode/shared/settings/settings";

/** A person's settings. Unset ones have their default. */
export class SettingsStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns all settings. */
  async read(): Promise<Settings> {
    return await readSettings(this.#database.read);
  }

  /** Applies a patch, notifies every page, and returns all settings. */
  async change(patch: SettingsPatch): Promise<Settings> {
    return this.#database.write("full", (tx, announce) => {
      announce.changed("settings", []);
      return writeSettings(tx, patch);
    });
  }
}
