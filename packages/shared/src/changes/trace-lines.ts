/** Where two versions of a file differ, numbered as in unified patches: an empty side names the line before it. */
export interface LineHunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
}

/**
 * One step from one version of a file to the next, and its author. `replacedBy`: the number of new lines, if no line is known to have
 * stayed.
 */
export type TraceStep<By> = { by: By; hunks: readonly LineHunk[] } | { by: By; replacedBy: number };

export interface TracedLines<By> {
  /** The author of each line of the last version; `start` if it was there from the beginning. */
  lines: (By | "start")[];
  /** Who removed each line of the first version; null if it still exists. */
  removed: (By | null)[];
}

interface Line<By> {
  by: By | "start";
  /** Its index in the first version; -1 if it was not there. */
  origin: number;
}

/** Traces every line of a file through its versions. Never fails: a hunk that reaches beyond the file is cut at its end. */
export function traceLines<By>(startLines: number, steps: readonly TraceStep<By>[]): TracedLines<By> {
  const removed = Array.from({ length: startLines }, (): By | null => null);
  let lines = Array.from({ length: startLines }, (_, origin): Line<By> => ({ by: "start", origin }));
  for (const step of steps) {
    const next: Line<By>[] = [];
    let place = 0;
    for (const hunk of toHunks(step, lines.length)) {
      const begin = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
      while (place < begin && place < lines.length) next.push(lines[place++]!);
      const end = Math.min(lines.length, place + hunk.oldLines);
      for (; place < end; place++) {
        const { origin } = lines[place]!;
        if (origin >= 0) removed[origin] = step.by;
      }
      for (let count = 0; count < hunk.newLines; count++) next.push({ by: step.by, origin: -1 });
    }
    while (place < lines.length) next.push(lines[place++]!);
    lines = next;
  }
  return { lines: lines.map(({ by }) => by), removed };
}

function toHunks<By>(step: TraceStep<By>, lines: number): readonly LineHunk[] {
  if ("hunks" in step) return step.hunks;
  return [{ oldStart: 1, oldLines: lines, newStart: 1, newLines: step.replacedBy }];
}
