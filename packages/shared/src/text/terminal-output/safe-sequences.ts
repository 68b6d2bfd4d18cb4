const ESCAPE = "\u001b";

/** Final characters of control sequences without a prefix that only draw, move or style. */
const PLAIN_FINALS = new Set("@ABCDEFGHIJKLMPSTXZ`adefghlmrsu");
/** Of those, the ones that a terminal carries out step by step. */
const STEPPED_FINALS = new Set("ILMPSTXZ@");
const MAX_STEPS = 300;
const MAX_NUMBER = 9_999;

/**
 * Private modes that a program may set. Left out is what lets a page or a program change the window, and what makes the terminal report by
 * itself: only keys, the mouse and pastes do that, each with the person acting. Reports of the focus (1004) are left out because the first
 * one comes at once, and again for every reader to whom the output is shown again.
 */
const MODES = new Set([1, 5, 6, 7, 8, 9, 12, 25, 45, 47, 66, 1000, 1002, 1003, 1005, 1006, 1015, 1016, 1047, 1048, 1049, 2004, 2026]);

/** Control sequences with a prefix or an intermediate character, by all but their numbers. */
const MARKED = new Set(["?J", "?K", " q", " @", " A", "!p", '"q', "'}", "'~"]);

const ESCAPE_FINALS = new Set("78=>DEHMNOcn|}~o");
const CHARSETS = /^[()*+\-./]$/;
const CHARSET_FINAL = /^[0-~]$/;

/**
 * Returns a control sequence in its canonical form, or nothing if it may not pass. `body`: what stands between `CSI` and its last
 * character. `times`: how often the last shown character is to be repeated in its place.
 */
export function toSafeControl(body: string, final: string): { sequence: string; times: number } {
  const [, prefix = "", numbers = "", middle = ""] = /^([<=>?]?)([0-9:;]*)([ -/]*)$/.exec(body) ?? [];
  if (`${prefix}${numbers}${middle}` !== body) return NOTHING;
  if (prefix === "?" && middle === "" && (final === "h" || final === "l")) return { sequence: toSafeModes(numbers, final), times: 0 };
  if (prefix === "" && middle === "" && final === "b") return { sequence: "", times: Math.max(1, toNumber(numbers, 1_000)) };
  const isPlain = prefix === "" && middle === "" && PLAIN_FINALS.has(final);
  if (!isPlain && !MARKED.has(`${prefix}${middle}${final}`)) return NOTHING;
  // Five and more numbers with `T` begin a way to follow the mouse that answers.
  if (final === "T" && numbers.includes(";")) return NOTHING;
  const most = STEPPED_FINALS.has(final) ? MAX_STEPS : MAX_NUMBER;
  const bounded = numbers.replace(/\d+/g, (number) => String(toNumber(number, most)));
  return { sequence: `${ESCAPE}[${prefix}${bounded}${middle}${final}`, times: 0 };
}

const NOTHING = { sequence: "", times: 0 };

function toSafeModes(numbers: string, final: string): string {
  const modes = numbers.split(";").filter((mode) => /^\d{1,5}$/.test(mode) && MODES.has(Number(mode)));
  return modes.length === 0 ? "" : `${ESCAPE}[?${modes.map(Number).join(";")}${final}`;
}

/** Returns an escape sequence in its canonical form, or nothing if it may not pass. */
export function toSafeEscape(middle: string, final: string): string {
  const passes =
    (middle === "" && ESCAPE_FINALS.has(final)) ||
    (CHARSETS.test(middle) && CHARSET_FINAL.test(final)) ||
    (middle === "#" && "34568".includes(final)) ||
    (middle === "%" && "G@".includes(final));
  return passes ? `${ESCAPE}${middle}${final}` : "";
}

const LINK = /^8;(?:(id=[\w.-]{1,100})(?=;))?[^;]*;(.*)$/s;
const SAFE_URL = /^https?:\/\/[\x21-\x7e]{1,2000}$/i;

/** Returns the beginning or the end of a link, or nothing for any other command. A link that may not pass ends the one before it. */
export function toSafeLink(command: string, isTooLong: boolean): string {
  if (!command.startsWith("8;")) return "";
  const [, id = "", url = ""] = LINK.exec(command) ?? [];
  const isSafe = !isTooLong && SAFE_URL.test(url);
  return isSafe ? `${ESCAPE}]8;${id};${url}${ESCAPE}\\` : `${ESCAPE}]8;;${ESCAPE}\\`;
}

const toNumber = (text: string, most: number) => (/^\d{1,9}$/.test(text) ? Math.min(Number(text), most) : text === "" ? 0 : most);
