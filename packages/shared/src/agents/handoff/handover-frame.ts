/** The marks around what an agent is told of a chat in front of a prompt. Replays are searched for them. */
const BEGIN = "<boocode-handover>";
const END = "</boocode-handover>";

/** Puts a text between the marks. Marks inside it, which an agent may have quoted, are broken up. */
export function toHandover(text: string): string {
  return `${BEGIN}\n${text.replace(/<(\/?)boocode-handover>/gi, "<$1boocode_handover>")}\n${END}`;
}

/** One text of a handover and a prompt, for agents that take a single text. */
export const withHandover = (handover: string | undefined, prompt: string): string =>
  handover === undefined ? prompt : `${handover}\n\n${prompt}`;

/** How far a text that arrives in pieces is inside a handover. `tail`: its end may be the beginning of a mark. */
export interface HandoverReading {
  isInside: boolean;
  tail: string;
}

export const NO_HANDOVER: HandoverReading = { isInside: false, tail: "" };

/** Removes handovers from the next piece of a text, in which white space may be missing. */
export function withoutHandover(piece: string, before: HandoverReading): { text: string; reading: HandoverReading } {
  let rest = before.tail + piece;
  let { isInside } = before;
  let text = "";
  for (;;) {
    const mark = isInside ? END : BEGIN;
    const at = rest.indexOf(mark);
    if (at === -1) {
      const tail = openingOf(mark, rest);
      return { text: isInside ? text : text + rest.slice(0, rest.length - tail.length), reading: { isInside, tail } };
    }
    if (!isInside) text += rest.slice(0, at);
    rest = rest.slice(at + mark.length);
    isInside = !isInside;
  }
}

/** The end of a text that is the beginning of a mark; empty if there is none. */
function openingOf(mark: string, text: string): string {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return mark.slice(0, length);
  }
  return "";
}
