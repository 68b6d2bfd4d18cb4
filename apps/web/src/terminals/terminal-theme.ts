import type { ITheme } from "@xterm/xterm";

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

/** Reads the terminal's colours from the page's own, as they are in the present theme. */
export function readTheme(): ITheme {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const read = (token: string) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const theme: ITheme = {
    background: read("canvas"),
    foreground: read("ink"),
    cursor: read("ink"),
    cursorAccent: read("canvas"),
    selectionBackground: read("line-strong"),
    selectionInactiveBackground: read("line"),
    ...Object.fromEntries(NAMES.map((name, number) => [name, read(`ansi-${number}`)])),
    ...Object.fromEntries(NAMES.map((name, number) => [`bright${name[0]!.toUpperCase()}${name.slice(1)}`, read(`ansi-${number + 8}`)])),
  };
  probe.remove();
  return theme;
}

/** Calls `listener` when the page's theme changes. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", listener);
  };
}
