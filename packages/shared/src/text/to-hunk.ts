const CONTEXT_LINES = 3;
const MAX_LINES = 2_000;

/**
 * Makes one hunk that turns a text into another, in git's format. A null `oldText` means that the file is new.
 *
 * Agents send a whole file or only the changed part without saying which, so lines are counted from the start of the given text.
 */
export function toHunk(path: string, oldText: string | null, newText: string): string {
  const before = toLines(oldText ?? "");
  const after = toLines(newText);
  if (before.length + after.length > MAX_LINES) return "";
  const same = (from: (index: number) => [string | undefined, string | undefined], limit: number) => {
    let count = 0;
    for (; count < limit; count++) {
      const [left, right] = from(count);
      if (left !== right) break;
    }
    return count;
  };
  const shorter = Math.min(before.length, after.length);
  const head = same((index) => [before[index], after[index]], shorter);
  const tail = same((index) => [before[before.length - 1 - index], after[after.length - 1 - index]], shorter - head);
  const from = Math.max(0, head - CONTEXT_LINES);
  const lead = before.slice(from, head);
  const removed = before.slice(head, before.length - tail);
  const added = after.slice(head, after.length - tail);
  const trail = before.slice(before.length - tail, before.length - tail + CONTEXT_LINES);
  if (removed.length + added.length === 0) return "";
  const body = [...mark(" ", lead), ...mark("-", removed), ...mark("+", added), ...mark(" ", trail)].join("");
  const range = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`;
  const rest = lead.length + trail.length;
  const names = `--- ${oldText === null ? "/dev/null" : `a/${path}`}\n+++ b/${path}\n`;
  return `${names}@@ -${range(from, removed.length + rest)} +${range(from, added.length + rest)} @@\n${body}`;
}

/** Splits a text into lines with their line ends, so that a missing last newline is a difference. */
function toLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function mark(sign: string, lines: readonly string[]): string[] {
  return lines.map((line) => (line.endsWith("\n") ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`));
}
