declare global {
  interface Window {
    /** Times from a key to the frame that shows its echo. */
    echoesMs?: number[];
  }
}

/**
 * Notes how long each key takes to be seen, and tasks over 50 ms. A key is seen when the text of the terminal that has the focus has
 * changed and the frame is painted. Runs in the page, so it must not use anything outside this function.
 */
export function watchTerminals(): void {
  window.longTasksMs = [];
  window.echoesMs = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasksMs?.push(duration);
  });
  observer.observe({ type: "longtask", buffered: true });
  let pressed: { at: number; screen: Element; text: string } | null = null;
  const read = (screen: Element) => screen.querySelector(".xterm-rows")?.textContent ?? "";
  const look = () => {
    if (pressed === null || read(pressed.screen) === pressed.text) return;
    const { at } = pressed;
    pressed = null;
    // The message arrives after the frame is painted.
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => window.echoesMs?.push(performance.now() - at), { once: true });
    port1.start();
    port2.postMessage(null);
  };
  const onKey = ({ timeStamp, target }: Event) => {
    const screen = target instanceof Element ? target.closest(".xterm") : null;
    if (screen) pressed = { at: timeStamp, screen, text: read(screen) };
  };
  window.addEventListener("keydown", onKey, { capture: true });
  new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true });
}
