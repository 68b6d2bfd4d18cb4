import type { LineHunk } from "@boocode/shared/changes/trace-lines";

/** A hunk of a patch, with the numbers of its deleted and added lines. */
export interface Hunk extends LineHunk {
  /** Line numbers in the old file. */
  deleted: number[];
  /** Line numbers in the new file. */
  added: number[];
}

const HEAD = /@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/y;
const PLUS = "+".charCodeAt(0);
const MINUS = "-".charCodeAt(0);
const REMARK = "\\".charCodeAt(0);

/**
 * Parses the hunks of one file's patch. The line counts determine where a hunk ends, so a line that looks like a header is never mistaken
 * for one.
 */
export function readHunks(body: string): Hunk[] {
  const hunks: Hunk[] = [];
  for (let at = 0; at < body.length;) {
    const hunk = readHead(body, at);
    at = nextLine(body, at);
    if (!hunk) continue;
    hunks.push(hunk);
    let oldNumber = hunk.oldStart;
    let newNumber = hunk.newStart;
    const oldEnd = oldNumber + hunk.oldLines;
    const newEnd = newNumber + hunk.newLines;
    for (; at < body.length && (oldNumber < oldEnd || newNumber < newEnd); at = nextLine(body, at)) {
      const mark = body.charCodeAt(at);
      if (mark === PLUS) hunk.added.push(newNumber++);
      else if (mark === MINUS) hunk.deleted.push(oldNumber++);
      else if (mark !== REMARK) {
        oldNumber++;
        newNumber++;
      }
    }
  }
  return hunks;
}

/** Returns the changes of hunks without the unchanged lines around them, each as small as it can be. */
export function withoutContext(hunks: readonly Hunk[]): LineHunk[] {
  return hunks.flatMap(toTightHunks);
}

function toTightHunks({ oldStart, oldLines, newStart, newLines, deleted, added }: Hunk): LineHunk[] {
  const tight: LineHunk[] = [];
  // An empty side is numbered by the line before it.
  let oldNumber = oldLines === 0 ? oldStart + 1 : oldStart;
  let newNumber = newLines === 0 ? newStart + 1 : newStart;
  for (let left = 0, right = 0; left < deleted.length || right < added.length;) {
    const unchanged = Math.min((deleted[left] ?? Infinity) - oldNumber, (added[right] ?? Infinity) - newNumber);
    oldNumber += unchanged;
    newNumber += unchanged;
    const [oldBegin, newBegin] = [oldNumber, newNumber];
    while (deleted[left] === oldNumber) [left, oldNumber] = [left + 1, oldNumber + 1];
    while (added[right] === newNumber) [right, newNumber] = [right + 1, newNumber + 1];
    const [gone, come] = [oldNumber - oldBegin, newNumber - newBegin];
    tight.push({
      oldStart: gone === 0 ? oldBegin - 1 : oldBegin,
      oldLines: gone,
      newStart: come === 0 ? newBegin - 1 : newBegin,
      newLines: come,
    });
  }
  return tight;
}

function readHead(body: string, at: number): Hunk | null {
  HEAD.lastIndex = at;
  const head = HEAD.exec(body);
  if (!head) return null;
  const [, oldStart, oldLines = "1", newStart, newLines = "1"] = head;
  return {
    oldStart: Number(oldStart),
    oldLines: Number(oldLines),
    newStart: Number(newStart),
    newLines: Number(newLines),
    deleted: [],
    added: [],
  };
}

function nextLine(body: string, at: number): number {
  const end = body.indexOf("\n", at);
  return end < 0 ? body.length : end + 1;
}
