import { parentPort, workerData } from "node:worker_threads";
import { ConfinedFolder } from "../../../../platform/files/confined-folder.ts";
import { PathRefused } from "../../../../platform/files/confined-path.ts";
import { StagedFolder } from "../folder/staged-folder.ts";
import { openSnapshot, type StagedSnapshot } from "../folder/staged-snapshot.ts";
import { toToolFolder } from "../folder/tool-folder.ts";
import { searchFiles, type SearchFindings, type SearchQuery } from "./search-files.ts";

export interface SearchWorkerInput {
  root: string;
  query: SearchQuery;
  /** The staged edits in review mode, with the content of what is to be searched; null otherwise. */
  staged: StagedSnapshot | null;
}

export type SearchWorkerAnswer = { kind: "found"; findings: SearchFindings } | { kind: "refused"; reason: string };

/** Runs in its own thread, so that a pattern that never finishes blocks only this thread. */
async function search({ root, query, staged }: SearchWorkerInput): Promise<SearchWorkerAnswer> {
  try {
    const disk = await ConfinedFolder.open(root);
    const folder = staged === null ? toToolFolder(disk) : new StagedFolder(disk, openSnapshot(staged));
    return { kind: "found", findings: await searchFiles(folder, query) };
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
