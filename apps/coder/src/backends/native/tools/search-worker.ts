import { parentPort, workerData } from "node:worker_threads";
import { ConfinedFolder } from "../../../platform/files/confined-folder.ts";
import { PathRefused } from "../../../platform/files/confined-path.ts";
import { searchFiles, type SearchFindings, type SearchQuery } from "./search-files.ts";

export interface SearchWorkerInput {
  root: string;
  query: SearchQuery;
}

export type SearchWorkerAnswer = { kind: "found"; findings: SearchFindings } | { kind: "refused"; reason: string };

/** Runs in its own thread, so that a pattern that never finishes blocks only this thread. */
async function search({ root, query }: SearchWorkerInput): Promise<SearchWorkerAnswer> {
  try {
    return { kind: "found", findings: await searchFiles(await ConfinedFolder.open(root), query) };
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: "refused", reason: `the pattern is not a regular expression: ${error.message}` };
    if (error instanceof PathRefused) return { kind: "refused", reason: error.message };
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "refused", reason: `“${query.path}” does not exist` };
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return { kind: "refused", reason: `“${query.path}” is not a folder` };
    throw error;
  }
}

// A thread's message port has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage(await search(workerData as SearchWorkerInput));
