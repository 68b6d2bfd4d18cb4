import { FILE_LIMITS } from "@boocode/shared/files/file-limits";
import type { Found, FoundFile, FoundLine } from "@boocode/shared/files/file-search";

const NUL = 0;
const NEWLINE = 10;
/** Characters shown before a match in a long line. */
const LEAD = 40;

/**
 * Parses what `git grep -z -n --column` printed: `path NUL line NUL column NUL text NEWLINE` for each line. Leaves out files whose path is
 * no UTF-8, because they cannot be opened, and a last line that was cut off.
 *
 * @param isCut whether git's output went on
 */
export function parseGrep(output: Uint8Array, limit: number, isCut: boolean): Found {
  const files: FoundFile[] = [];
  let [at, count] = [0, 0];
  while (at < output.length) {
    const ends = [at, 0, 0, 0];
    for (let field = 1; field <= 3; field++) {
      const end = output.indexOf(NUL, ends[field - 1]);
      if (end < 0) return { files, isCut: true };
      ends[field] = end + 1;
    }
    const end = output.indexOf(NEWLINE, ends[3]!);
    if (end < 0) return { files, isCut: true };
    if (count === limit) return { files, isCut: true };
    const path = decode(output.subarray(at, ends[1]! - 1));
    const line = toFoundLine(Number(decode(output.subarray(ends[1]!, ends[2]! - 1))), {
      before: output.subarray(ends[3]!, Math.min(end, ends[3]! + Number(decode(output.subarray(ends[2]!, ends[3]! - 1))) - 1)),
      bytes: output.subarray(ends[3]!, end),
    });
    at = end + 1;
    if (path.includes("\uFFFD")) continue;
    if (files.at(-1)?.path === path) files.at(-1)!.lines.push(line);
    else files.push({ path, lines: [line] });
    count += 1;
  }
  return { files, isCut };
}

function toFoundLine(line: number, { before, bytes }: { before: Uint8Array; bytes: Uint8Array }): FoundLine {
  const start = decode(before).length;
  const whole = decode(bytes).replace(/\r$/, "");
  const from = whole.length <= FILE_LIMITS.lineCharacters ? 0 : Math.max(0, start - LEAD);
  return { line, column: start + 1, text: whole.slice(from, from + FILE_LIMITS.lineCharacters), at: start - from };
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
