import type { Settings, SettingsPatch } from "@boocode/shared/settings/settings";

export interface SettingsStore {
  read(): Promise<Settings>;
  change(patch: SettingsPatch): Promise<Settings>;
}
