import { loadAgain } from "../browser/later.ts";

/** Loads the code of popups once the page is idle, so that the first click does not wait. */
export async function preloadPopups(): Promise<void> {
  const popups = () => Promise.all([import("./combobox-popup.tsx"), import("./menu-popup.tsx"), import("./dialog.tsx")]);
  // What does not come now is asked for again by the first click.
  await loadAgain(popups).catch(() => {});
}
