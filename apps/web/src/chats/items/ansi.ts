/** A run of output in one style. Colours are the sixteen of a terminal, or a CSS colour for the rest. */
export interface AnsiSpan {
  text: string;
  colour: string | null;
  background: string | null;
  isBold: boolean;
  isDim: boolean;
  isItalic: boolean;
  isUnderlined: boolean;
}

type Style = Omit<AnsiSpan, "text">;

/** The style of text without escape sequences. */
export const PLAIN_STYLE: Style = { colour: null, background: null, isBold: false, isDim: false, isItalic: false, isUnderlined: false };
/** Matches CSI sequences, OSC sequences ended by BEL or ST, and short escapes. Only CSI sequences can set a style. */
// oxlint-disable-next-line no-control-regex -- terminal output uses control characters
const ESCAPE = /\u001b(?:\[([0-9;:?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_]|$)/g;
// oxlint-disable-next-line no-control-regex -- the remaining control characters must not reach the page
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/**
 * Parses terminal output into styled runs. Cursor movement is dropped, except a carriage return, which restarts its
 * line, as progress bars expect.
 */
export function parseAnsi(output: string): AnsiSpan[] {
  const spans: AnsiSpan[] = [];
  let style = PLAIN_STYLE;
  let from = 0;
  const push = (text: string) => {
    const clean = text.replace(CONTROL, "");
    if (clean === "") return;
    const last = spans.at(-1);
    if (last && isSameStyle(last, style)) last.text += clean;
    else spans.push({ text: clean, ...style });
  };
  const source = overwriteLines(output);
  for (const match of source.matchAll(ESCAPE)) {
    push(source.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") style = applyCodes(style, match[1] ?? "");
  }
  push(source.slice(from));
  return spans;
}

/** Removes escape sequences and keeps the text. */
export const stripAnsi = (output: string): string =>
  parseAnsi(output)
    .map((span) => span.text)
    .join("");

function overwriteLines(output: string): string {
  const normal = output.replaceAll("\r\n", "\n");
  if (!normal.includes("\r")) return normal;
  return normal
    .split("\n")
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "")
    .join("\n");
}

function applyCodes(before: Style, codes: string): Style {
  const style = { ...before };
  const list = codes.split(/[;:]/).map((code) => (code === "" ? 0 : Number(code)));
  for (let at = 0; at < list.length; at += 1) {
    const code = list[at] ?? 0;
    if (code === 0) Object.assign(style, PLAIN_STYLE);
    else if (code === 1) style.isBold = true;
    else if (code === 2) style.isDim = true;
    else if (code === 3) style.isItalic = true;
    else if (code === 4) style.isUnderlined = true;
    else if (code === 22) style.isBold = style.isDim = false;
    else if (code === 23) style.isItalic = false;
    else if (code === 24) style.isUnderlined = false;
    else if (code === 39) style.colour = null;
    else if (code === 49) style.background = null;
    else if (code === 38 || code === 48) {
      const { colour, used } = readExtended(list, at + 1);
      if (code === 38) style.colour = colour;
      else style.background = colour;
      at += used;
    } else if (code >= 30 && code <= 37) style.colour = named(code - 30);
    else if (code >= 90 && code <= 97) style.colour = named(code - 82);
    else if (code >= 40 && code <= 47) style.background = named(code - 40);
    else if (code >= 100 && code <= 107) style.background = named(code - 92);
  }
  return style;
}

/** Reads `5;n` (a palette colour) or `2;r;g;b`, and returns how many codes it consumed. */
function readExtended(list: readonly number[], at: number): { colour: string | null; used: number } {
  const byte = (value: number | undefined) => Math.min(255, Math.max(0, value ?? 0));
  if (list[at] === 2) return { colour: `rgb(${byte(list[at + 1])} ${byte(list[at + 2])} ${byte(list[at + 3])})`, used: 4 };
  if (list[at] !== 5) return { colour: null, used: 1 };
  const index = byte(list[at + 1]);
  if (index < 16) return { colour: named(index), used: 2 };
  if (index >= 232)
    return {
      colour: `rgb(${Array(3)
        .fill(8 + (index - 232) * 10)
        .join(" ")})`,
      used: 2,
    };
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return { colour: `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`, used: 2 };
}

/**
 * Makes a custom colour dark or light enough to be readable in both themes. The sixteen terminal colours are readable
 * already.
 */
export function toReadable(colour: string): string {
  if (!colour.startsWith("rgb(")) return colour;
  return `light-dark(oklch(from ${colour} min(l, 0.5) c h), oklch(from ${colour} max(l, 0.68) c h))`;
}

/** Turns a colour into a background tint on which text in any of the colours is readable. */
export const toGround = (colour: string): string => `color-mix(in srgb, ${colour} 16%, transparent)`;

const named = (index: number) => `var(--ansi-${index})`;

function isSameStyle(a: Style, b: Style): boolean {
  return (
    a.colour === b.colour &&
    a.background === b.background &&
    a.isBold === b.isBold &&
    a.isDim === b.isDim &&
    a.isItalic === b.isItalic &&
    a.isUnderlined === b.isUnderlined
  );
}
