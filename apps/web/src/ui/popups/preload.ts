/** Loads what is used by a first click, once the page is at rest, so that the click does not wait. */
export async function preloadPopups(): Promise<void> {
  await Promise.all([import("./combobox-popup.tsx"), import("./menu-popup.tsx"), import("./dialog.tsx")]);
}
