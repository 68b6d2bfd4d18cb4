import { Worker } from "node:worker_threads";
import { traceLines, type LineChange, type TracedLines, type TraceInput } from "@boocode/shared/changes/trace-lines";

/** Lines times versions that are traced in a few milliseconds. */
const INLINE_LINES = 200_000;
const MEMORY_LIMIT_MB = 512;

/** Traces lines: at once if they are few, in a thread of its own if they are many. */
export async function traceApart(input: TraceInput<number>): Promise<TracedLines<number>> {
  if (countLines(input) <= INLINE_LINES) return traceLines(input);
  const worker = new Worker(new URL("./trace-worker.ts", import.meta.url), {
    workerData: input,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
  });
  const { promise, resolve, reject } = Promise.withResolvers<TracedLines<number>>();
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.once("exit", () => reject(new Error("The trace ended without an answer")));
  try {
    return await promise;
  } finally {
    await worker.terminate();
  }
}

/** About how many lines all versions have together. */
function countLines({ versions, base }: TraceInput<number>): number {
  let now = base?.lines ?? 0;
  let all = 0;
  for (const { change, like } of versions) {
    now = Math.max(0, now + growth(change, now));
    all += now * (1 + like.length);
  }
  return all;
}

function growth(change: LineChange, now: number): number {
  if ("replacedBy" in change) return change.replacedBy - now;
  return change.reduce((sum, { oldLines, newLines }) => sum + newLines - oldLines, 0);
}
