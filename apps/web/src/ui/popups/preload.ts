/** Loads the code of popups once the page is idle, so that the first click does not wait. */
export async function preloadPopups(): Promise<void> {
  await Promise.all([import("./combobox-popup.tsx"), import("./menu-popup.tsx"), import("./dialog.tsx")]);
}
