import type { Page } from "@playwright/test";

interface Wanted {
  path: string;
  /** A text that only the new diff has. */
  words: string;
}

/** Opens a file's diff in the list of changes, and returns the milliseconds from the click until Chromium has painted its first lines. */
export async function openDiff(page: Page, { path, words }: Wanted): Promise<number> {
  const row = page.locator(`[data-file="${path}"]`);
  await row.waitFor();
  // Closed, so that the diff has to be asked for.
  if ((await row.getAttribute("aria-expanded")) === "true") await row.click();
  // The list has the new change once the page has read it again.
  await page.waitForTimeout(500);
  return page.evaluate(clickAndWatch, { path, words });
}

/** Runs in the page, so it must not use anything outside this function. */
async function clickAndWatch({ path, words }: Wanted): Promise<number> {
  const row = document.querySelector<HTMLElement>(`[data-file="${CSS.escape(path)}"]`);
  const panel = row?.closest('[role="grid"]');
  if (!row || !panel) throw new Error(`${path} is not listed`);
  const startedAt = performance.now();
  row.click();
  while (!panel.textContent.includes(words)) await new Promise(requestAnimationFrame);
  // This frame paints the lines; the message arrives after the frame.
  const { port1, port2 } = new MessageChannel();
  const painted = new Promise((resolve) => port1.addEventListener("message", resolve, { once: true }));
  port1.start();
  port2.postMessage(null);
  await painted;
  return performance.now() - startedAt;
}

/** Scrolls through the open diff for three seconds, and returns how many frames a second were drawn and how many came late. */
export async function scrollDiff(page: Page): Promise<{ framesPerSecond: number; late: number }> {
  await page.getByRole("button", { name: "Open wide" }).click();
  await page.locator('[role="grid"][aria-label^="Changes in"]').waitFor();
  await page.waitForTimeout(500);
  const scrolled = await page.evaluate(scrollAndCount);
  await page.getByRole("tab", { name: "Changes", selected: true }).press("Delete");
  return scrolled;
}

/** Runs in the page, so it must not use anything outside this function. */
async function scrollAndCount(): Promise<{ framesPerSecond: number; late: number }> {
  const frame = document.querySelector('[role="grid"][aria-label^="Changes in"]');
  const list = [...(frame?.querySelectorAll<HTMLElement>("*") ?? [])].find(
    (element) => element.scrollHeight > element.clientHeight + 1_000,
  );
  if (!list) throw new Error("Nothing can be scrolled");
  const times: number[] = [];
  while (times.length < 181) {
    times.push(await new Promise<number>(requestAnimationFrame));
    list.scrollTop += 120;
  }
  const took = times.slice(1).map((time, place) => time - times[place]!);
  const seconds = (times.at(-1)! - times[0]!) / 1_000;
  return { framesPerSecond: took.length / seconds, late: took.filter((each) => each > 25).length };
}
