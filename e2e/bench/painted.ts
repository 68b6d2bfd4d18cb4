import type { Page } from "@playwright/test";

declare global {
  interface Window {
    /** Milliseconds until the chat was painted; null until then. */
    chatPaintedMs?: number | null;
  }
}

interface Watch {
  /** A text that occurs only in the chat's newest answer. */
  lastWords: string;
  since: "navigation" | "click";
}

/** Measures inside the page how long it takes until a chat's newest item is painted; read the result with {@link readPainted}. */
export const watchFromClick = (page: Page, lastWords: string) => page.evaluate(watch, { lastWords, since: "click" } satisfies Watch);

/** Measures the same from the navigation of the next loaded page. */
export const watchFromNavigation = (page: Page, lastWords: string) =>
  page.addInitScript(watch, { lastWords, since: "navigation" } satisfies Watch);

/** Waits until the item is painted and returns the time; throws after half a minute. */
export async function readPainted(page: Page): Promise<number> {
  const painted = await page.waitForFunction(() => window.chatPaintedMs ?? false, null, { polling: 100, timeout: 30_000 });
  return Number(await painted.jsonValue());
}

/** Runs in the page, so it must not use anything outside this function. */
function watch({ lastWords, since }: Watch): void {
  let startedAt: number | null = since === "navigation" ? 0 : null;
  window.addEventListener("click", (event) => (startedAt ??= event.timeStamp), { capture: true, once: true });
  const isShown = () => {
    const log = document.querySelector('[role="log"]');
    const end = [...(log?.querySelectorAll('[data-testid="turn-end"]') ?? [])].at(-1);
    if (!log || !end || !log.textContent.includes(lastWords)) return false;
    const view = log.getBoundingClientRect();
    const { top, bottom } = end.getBoundingClientRect();
    return top >= view.top && bottom <= view.bottom + 1;
  };
  window.chatPaintedMs = null;
  const look = () => {
    if (startedAt === null || !isShown()) {
      requestAnimationFrame(look);
      return;
    }
    // This frame paints the item; the message arrives after the frame.
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => (window.chatPaintedMs = performance.now() - startedAt!), { once: true });
    port1.start();
    port2.postMessage(null);
  };
  requestAnimationFrame(look);
}
