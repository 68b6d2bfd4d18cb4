/** What git says about one compared file: its hunks, empty if no lines differ, or that it is binary. */
export type PatchBody = { text: string } | "binary";

const HEAD = "diff --git a/";

/**
 * Splits the output of `diff-tree -p` into the hunks of each file, by the file's name. No line of a file's content begins as a header does:
 * each follows a mark.
 */
export function splitPatches(output: string): Map<string, PatchBody> {
  const bodies = new Map<string, PatchBody>();
  for (let at = output.startsWith(HEAD) ? 0 : output.indexOf(`\n${HEAD}`) + 1; output.startsWith(HEAD, at);) {
    const next = output.indexOf(`\n${HEAD}`, at);
    const end = next < 0 ? output.length : next + 1;
    const name = output.slice(at + HEAD.length, output.indexOf(" ", at + HEAD.length));
    bodies.set(name, toBody(output.slice(at, end)));
    at = end;
  }
  return bodies;
}

function toBody(patch: string): PatchBody {
  const start = patch.indexOf("\n@@ ");
  if (start >= 0) return { text: patch.slice(start + 1) };
  return /\nBinary files /.test(patch) ? "binary" : { text: "" };
}
