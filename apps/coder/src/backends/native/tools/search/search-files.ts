import { cutText } from "@boocode/shared/text/cut-text";
import type { ReadFolder } from "../folder/tool-folder.ts";

const MAX_MATCHES = 200;
const MAX_LINE = 300;
/** Larger files are not searched. */
export const MAX_SEARCHED_BYTES = 1024 * 1024;
const MAX_FILES = 50_000;

export interface SearchQuery {
  text: string;
  isRegex: boolean;
  ignoreCase: boolean;
  path: string;
}

export interface SearchFindings {
  /** `path:line: text`, as grep prints it. */
  matches: string[];
  filesSearched: number;
  /** Sentences about what was left out. */
  notes: string[];
}

/** Searches the text files below a folder line by line. Binary files and files over 1 MB are skipped and noted. */
export async function searchFiles(folder: ReadFolder, query: SearchQuery): Promise<SearchFindings> {
  const pattern = new RegExp(
    query.isRegex ? query.text : query.text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"),
    query.ignoreCase ? "iu" : "u",
  );
  const found: SearchFindings = { matches: [], filesSearched: 0, notes: [] };
  const left = { large: 0, folders: new Set<string>() };
  const kind = await folder.kindOf(query.path);
  if (kind === "file") {
    searchText(query.path, (await folder.readFile(query.path, MAX_SEARCHED_BYTES)).bytes, pattern, found);
    return found;
  }
  for await (const entry of folder.walk(query.path)) {
    if (entry.isPassedOver) left.folders.add(entry.path.split("/").at(-1) ?? entry.path);
    if (entry.kind !== "file") continue;
    if (found.matches.length >= MAX_MATCHES || found.filesSearched >= MAX_FILES) {
      found.notes.push(
        found.matches.length >= MAX_MATCHES ? `Only the first ${MAX_MATCHES} matches are shown.` : `Stopped after ${MAX_FILES} files.`,
      );
      break;
    }
    // Skip a file that is gone or unreadable since the listing.
    const file = await entry.read(MAX_SEARCHED_BYTES).catch(() => null);
    if (!file) continue;
    if (file.sizeBytes > MAX_SEARCHED_BYTES) left.large += 1;
    else searchText(entry.path, file.bytes, pattern, found);
  }
  if (left.large > 0) found.notes.push(`${left.large} files over 1 MB were not searched.`);
  if (left.folders.size > 0) found.notes.push(`Not searched: ${[...left.folders].join(", ")}.`);
  return found;
}

function searchText(path: string, bytes: Buffer, pattern: RegExp, found: SearchFindings): void {
  found.filesSearched += 1;
  if (bytes.includes(0)) return;
  for (const [index, line] of bytes.toString("utf8").split(/\r?\n/).entries()) {
    if (found.matches.length >= MAX_MATCHES) return;
    if (pattern.test(line)) found.matches.push(`${path}:${index + 1}: ${line.length > MAX_LINE ? `${cutText(line, MAX_LINE)}…` : line}`);
  }
}
