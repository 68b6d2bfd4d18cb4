import type { LineHunk } from "@boocode/shared/changes/trace-lines";

/** A hunk of a patch, with the numbers of its deleted and added lines. */
export interface Hunk extends LineHunk {
  /** Line numbers in the old file. */
  deleted: number[];
  /** Line numbers in the new file. */
  added: number[];
}

const HEAD = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * Parses the hunks of one file's patch. The line counts determine where a hunk ends, so a line that looks like a header is never mistaken
 * for one.
 */
export function readHunks(body: string): Hunk[] {
  const hunks: Hunk[] = [];
  const lines = body.split("\n");
  for (let at = 0; at < lines.length;) {
    const head = HEAD.exec(lines[at++]!);
    if (!head) continue;
    const [, oldStart, oldLines = "1", newStart, newLines = "1"] = head;
    const hunk: Hunk = {
      oldStart: Number(oldStart),
      oldLines: Number(oldLines),
      newStart: Number(newStart),
      newLines: Number(newLines),
      deleted: [],
      added: [],
    };
    let oldNumber = hunk.oldStart;
    let newNumber = hunk.newStart;
    const oldEnd = oldNumber + hunk.oldLines;
    const newEnd = newNumber + hunk.newLines;
    for (; at < lines.length && (oldNumber < oldEnd || newNumber < newEnd); at++) {
      const mark = lines[at]![0];
      if (mark === "+") hunk.added.push(newNumber++);
      else if (mark === "-") hunk.deleted.push(oldNumber++);
      else if (mark !== "\\") {
        oldNumber++;
        newNumber++;
      }
    }
    hunks.push(hunk);
  }
  return hunks;
}
