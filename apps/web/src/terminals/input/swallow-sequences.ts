import type { IDisposable, IParser } from "@xterm/xterm";

/** Commands that set the title, colours or the clipboard, ask for them, or are another program's own. Links (8) are not among them. */
const COMMANDS = [0, 1, 2, 4, 5, 7, 9, 10, 11, 12, 13, 17, 19, 50, 52, 104, 110, 111, 112, 133, 633, 777, 1337];

/** Sequences to which a terminal answers, or which change its window. */
const CONTROLS = [
  ...["", "?", ">", "="].flatMap((prefix) => ["c", "n"].map((final) => ({ prefix, final }))),
  { prefix: ">", final: "q" },
  { prefix: "", final: "t" },
  { prefix: ">", final: "t" },
  { prefix: "", final: "x" },
  { prefix: "?", final: "u" },
  { prefix: "", intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
];

/** The mode in which a terminal tells of the focus. It begins at once, by typing whether it has the focus now. */
const FOCUS_REPORTS = 1004;

/** Device control strings that ask. */
const STRINGS = [
  { intermediates: "$", final: "q" },
  { intermediates: "+", final: "q" },
];

/**
 * Makes a screen act on nothing that asks it, titles it or touches the clipboard. The daemon has already left all of that out
 * (`TerminalFilter`); this holds if it has not.
 */
export function swallowSequences(parser: IParser): IDisposable[] {
  return [
    ...COMMANDS.map((command) => parser.registerOscHandler(command, () => true)),
    ...CONTROLS.map(({ prefix, ...rest }) => parser.registerCsiHandler({ ...(prefix && { prefix }), ...rest }, () => true)),
    // Other modes in the same sequence are left out as well: the daemon sends none together with this one.
    parser.registerCsiHandler({ prefix: "?", final: "h" }, (modes) => modes.includes(FOCUS_REPORTS)),
    ...STRINGS.map((id) => parser.registerDcsHandler(id, () => true)),
  ];
}
