import type { LineRange } from "./find-fuzzy-place.ts";
import { toTextLines, type TextLine } from "./text-lines.ts";

/**
 * Replaces whole lines of a file. The new lines get the line ends of the old ones and, where the file is indented otherwise than the text
 * that was looked for, the file's indentation. Everything outside of the range stays as it is, also whether the file ends with a line end.
 */
export function replaceLines(text: string, file: readonly TextLine[], range: LineRange, wanted: readonly TextLine[], put: string): string {
  const old = file.slice(range.first, range.end);
  const lines = reindent(toTextLines(put), wanted, old);
  const [from, to] = [file[range.first]!.from, range.end < file.length ? file[range.end]!.from : text.length];
  const usual = old.find(({ end }) => end !== "")?.end ?? file.find(({ end }) => end !== "")?.end ?? "\n";
  const lastEnd = old.at(-1)!.end;
  const middle = lines.map((line, index) => line + (index < lines.length - 1 ? old[index]?.end || usual : lastEnd)).join("");
  const before = text.slice(0, from);
  // The last lines of a file without a line end at its end are gone: the line before them is now the last.
  const kept = lines.length === 0 && lastEnd === "" ? before.replace(/\r?\n$/, "") : before;
  return kept + middle + text.slice(to);
}

function reindent(put: readonly TextLine[], wanted: readonly TextLine[], old: readonly TextLine[]): string[] {
  const known = new Map<string, string>();
  const there = old.filter(({ text }) => text.trim() !== "");
  for (const [index, { text }] of wanted.filter((line) => line.text.trim() !== "").entries()) {
    const found = there[index];
    if (!found) break;
    const [asked, actual] = [indentOf(text), indentOf(found.text)];
    // The same indentation that stands for two in the file says nothing about a third line.
    if ((known.get(asked) ?? actual) !== actual) return put.map((line) => line.text);
    known.set(asked, actual);
  }
  const prefixes = [...known].sort(([a], [b]) => b.length - a.length);
  return put.map(({ text }) => {
    if (text.trim() === "") return text;
    const indent = indentOf(text);
    const match = prefixes.find(([asked]) => indent.startsWith(asked));
    return match ? match[1] + indent.slice(match[0].length) + text.slice(indent.length) : text;
  });
}

const indentOf = (line: string): string => /^[ \t]*/.exec(line)![0];
