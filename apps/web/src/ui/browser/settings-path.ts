import { navigate } from "./location.tsx";

/** The address of the settings. Each section has one below it. */
const SETTINGS_PATH = "/settings";

/** Where the person was before the settings. */
let before = "/";

/** Shows the settings, or one section of them, from anywhere in the page. */
export function openSettings(section?: string): void {
  if (fromSettingsPath(location.pathname) === null) before = location.pathname;
  navigate(toSettingsPath(section));
}

/** Goes back to where the settings were opened. */
export function leaveSettings(): void {
  navigate(before);
}

export const toSettingsPath = (section?: string): string => (section === undefined ? SETTINGS_PATH : `${SETTINGS_PATH}/${section}`);

/** Returns the section of an address of the settings, empty if it names none; null for other addresses. */
export function fromSettingsPath(path: string): string | null {
  const match = /^\/settings(?:\/([\w-]*))?\/?$/.exec(path);
  return match ? (match[1] ?? "") : null;
}
