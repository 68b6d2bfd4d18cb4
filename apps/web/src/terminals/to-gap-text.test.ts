import { Terminal } from "@xterm/headless";
import { expect, it } from "vitest";
import { toGapText } from "./to-gap-text.ts";

const ESC = "\u001b";

async function showGap(before: string, prelude: string) {
  const terminal = new Terminal({ allowProposedApi: true, cols: 80, rows: 24 });
  const write = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));
  await write(before);
  const isOnSecondScreen = terminal.buffer.active.type === "alternate";
  await write(toGapText({ lost: 12_345, prelude }, { isEmpty: before === "", isOnSecondScreen }));
  await write("next");
  const { modes, buffer } = terminal;
  const lines = Array.from({ length: 4 }, (_, row) => buffer.active.getLine(row)!.translateToString(true));
  const shown = { lines, mouse: modes.mouseTrackingMode, paste: modes.bracketedPasteMode, screen: buffer.active.type };
  terminal.dispose();
  return shown;
}

const GAP = "… 12 thousand characters of earlier output are not kept …";
const CALM = { mouse: "none", paste: false, screen: "normal" };

it.each([
  ["an empty screen", "", "", { ...CALM, lines: [GAP, "next", "", ""] }],
  ["a shell, whose lines stay", "a\r\nb", "", { ...CALM, lines: ["a", "b", GAP, "next"] }],
  ["an editor that is gone since", `a${ESC}[?1049h${ESC}[?1003;1006h${ESC}[?2004hfile`, "", { ...CALM, lines: ["a", GAP, "next", ""] }],
  ["a shell that reads the mouse no more", `a${ESC}[?1000h${ESC}[?9h`, "", { ...CALM, lines: ["a", GAP, "next", ""] }],
  ["a program that goes on", `a${ESC}[?1002h`, `${ESC}[?1000h`, { ...CALM, mouse: "vt200", lines: ["a", GAP, "next", ""] }],
])("a gap after %s", async (_, before, prelude, shown) => {
  expect(await showGap(before, prelude)).toEqual(shown);
});
