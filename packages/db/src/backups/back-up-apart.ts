import { Worker } from "node:worker_threads";

export interface BackUpInput {
  /** The database, which may be in use. */
  file: string;
  /** An older file of this name is replaced once the new one is complete. */
  target: string;
}

/**
 * Writes a complete copy of a database in a thread of its own; durable when this resolves. The writers of the database go on meanwhile; its
 * write-ahead log is not shortened until the copy is complete. Rejects if the database is damaged: it is then not copied. Aborting leaves
 * nothing at `target`.
 */
export async function backUpApart(input: BackUpInput, signal: AbortSignal): Promise<void> {
  const worker = new Worker(new URL("./backup-worker.ts", import.meta.url), { workerData: input, env: {}, execArgv: [] });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  worker.once("message", () => resolve());
  worker.once("error", reject);
  worker.once("exit", () => reject(new Error("The backup ended without an answer")));
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
    await worker.terminate();
  }
}
