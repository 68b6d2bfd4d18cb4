import { expect, it } from "vitest";
import { TerminalModes, toModeReset } from "./terminal-modes.ts";

const ESC = "\u001b";

it.each([
  ["a new terminal", "text", ""],
  [
    "an editor",
    `${ESC}[?1h${ESC}=${ESC}[?25l${ESC}[?1049h${ESC}[?1006;1000h`,
    `${ESC}[?1049h${ESC}[?1h${ESC}[?25l${ESC}[?1000h${ESC}[?1006h${ESC}=`,
  ],
  ["an editor that has ended", `${ESC}[?1049h${ESC}[?25l${ESC}=${ESC}[?25h${ESC}>${ESC}[?1049l`, ""],
  ["a soft reset stays on its screen", `${ESC}[?1049h${ESC}[?25l${ESC}[!p`, `${ESC}[?1049h`],
  ["a soft reset goes on with the mouse", `${ESC}[?1003h${ESC}[?1006h${ESC}[?25l${ESC}[!p`, `${ESC}[?1003h${ESC}[?1006h`],
  ["a second screen left by another mode", `${ESC}[?1049h${ESC}[?47l`, ""],
  ["what is left on, after its reset", `${ESC}[?1049h${ESC}[?1003;1006h${ESC}[?25l${ESC}=${toModeReset(true)}`, ""],
  ["a whole reset", `${ESC}[?1049h${ESC}[?25l${ESC}=${ESC}c`, ""],
])("tells the modes of %s", (_, output, prelude) => {
  const modes = new TerminalModes();
  modes.apply(output);
  expect(modes.toPrelude()).toBe(prelude);
  expect(modes.isOnSecondScreen).toBe(prelude.includes("1049"));
});
