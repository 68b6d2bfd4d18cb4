/** One line of a hunk. A line number is null on the side that lacks the line. */
export interface PatchLine {
  kind: "context" | "added" | "deleted";
  /** Its place in the hunk, from 0. */
  place: number;
  oldNumber: number | null;
  newNumber: number | null;
  text: string;
  /** The line ends the file without a line break. */
  endsWithoutNewline: boolean;
}

export interface PatchHunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  /** The text after the second `@@`: the function that contains the hunk. */
  section: string;
  lines: PatchLine[];
}

/** One file of a unified patch. A path is null on the side that lacks the file. */
export interface PatchFile {
  oldPath: string | null;
  newPath: string | null;
  hunks: PatchHunk[];
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

/**
 * Parses a unified patch, as git or a tool prints it. Never throws: unknown text between files is skipped, and a hunk
 * with fewer lines than its counts keeps the lines it has. The counts decide where a hunk ends, so a deleted line that reads
 * `-- a` is never taken for the next file's header.
 */
export function parsePatch(patch: string): PatchFile[] {
  const files: PatchFile[] = [];
  const lines = patch.split("\n");
  let file: PatchFile | null = null;
  let hasHead = false;
  const open = () => {
    file = { oldPath: null, newPath: null, hunks: [] };
    files.push(file);
    return file;
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.startsWith("diff --git ")) {
      open();
      hasHead = false;
      continue;
    }
    if (line.startsWith("--- ") && lines[at + 1]?.startsWith("+++ ")) {
      const target: PatchFile = file === null || hasHead ? open() : file;
      hasHead = true;
      target.oldPath = decodePath(line.slice(4), "a/");
      target.newPath = decodePath((lines[at + 1] ?? "").slice(4), "b/");
      at += 1;
      continue;
    }
    const head = HUNK.exec(line);
    if (!head) continue;
    const hunk: PatchHunk = {
      oldStart: Number(head[1]),
      oldLines: Number(head[2] ?? 1),
      newStart: Number(head[3]),
      newLines: Number(head[4] ?? 1),
      section: head[5] ?? "",
      lines: [],
    };
    (file ?? open()).hunks.push(hunk);
    at = readLines(lines, at + 1, hunk) - 1;
  }
  return files;
}

/** Reads lines into `hunk` starting at `at`, and returns the index after the last one. */
function readLines(lines: readonly string[], at: number, hunk: PatchHunk): number {
  let oldNumber = hunk.oldStart;
  let newNumber = hunk.newStart;
  const oldEnd = oldNumber + hunk.oldLines;
  const newEnd = newNumber + hunk.newLines;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const mark = line[0];
    if (mark === "\\") {
      const last = hunk.lines.at(-1);
      if (last) last.endsWithoutNewline = true;
      continue;
    }
    if (oldNumber >= oldEnd && newNumber >= newEnd) break;
    const text = line.slice(1);
    if (mark === "+" && newNumber < newEnd) {
      hunk.lines.push({ kind: "added", place: hunk.lines.length, oldNumber: null, newNumber, text, endsWithoutNewline: false });
      newNumber += 1;
    } else if (mark === "-" && oldNumber < oldEnd) {
      hunk.lines.push({ kind: "deleted", place: hunk.lines.length, oldNumber, newNumber: null, text, endsWithoutNewline: false });
      oldNumber += 1;
    } else if (mark === " " || (line === "" && at < lines.length - 1)) {
      hunk.lines.push({ kind: "context", place: hunk.lines.length, oldNumber, newNumber, text, endsWithoutNewline: false });
      oldNumber += 1;
      newNumber += 1;
    } else break;
  }
  return at;
}

/** Decodes a path: `a/x`, `"a/\303\274"` with git's octal quoting, `/dev/null`, or a path followed by a tab and a time. */
function decodePath(raw: string, prefix: string): string | null {
  let path = raw.trimEnd();
  if (path.startsWith('"')) {
    const bytes: number[] = [];
    const encoder = new TextEncoder();
    const body = path.slice(1, path.lastIndexOf('"'));
    for (const piece of body.matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gu)) {
      if (piece[1] !== undefined) bytes.push(Number.parseInt(piece[1], 8));
      else bytes.push(...encoder.encode(piece[2] === undefined ? (piece[3] ?? "") : (ESCAPES[piece[2]] ?? piece[2])));
    }
    path = new TextDecoder().decode(Uint8Array.from(bytes));
  } else {
    path = path.split("\t")[0] ?? path;
  }
  if (path === "/dev/null") return null;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\u0007", b: "\b", f: "\f", v: "\v" };
