import type { Database } from "@boocode/db/database";
import { readSettings, writeSettings } from "@boocode/db/setting-store";
import type { Settings, SettingsPatch } from "@boocode/shared/settings/settings";

/** Told after the commit. */
interface SettingsFeed {
  changed(event: { noun: "settings"; ids: string[] }): void;
}

/** A person's choices. What was never chosen is the default. */
export class SettingsStore {
  readonly #database: Database;
  readonly #feed: SettingsFeed;

  constructor(database: Database, feed: SettingsFeed) {
    this.#database = database;
    this.#feed = feed;
  }

  /** All settings, complete. */
  async read(): Promise<Settings> {
    return await readSettings(this.#database.read);
  }

  /** Changes what the patch names, tells every page, and gives all settings. */
  async change(patch: SettingsPatch): Promise<Settings> {
    const settings = await this.#database.write("full", (tx) => writeSettings(tx, patch));
    this.#feed.changed({ noun: "settings", ids: [] });
    return settings;
  }
}
