import type { Edit } from "@boocode/shared/changes/edits/edit";
import { invertFile, type FileEdit } from "@boocode/shared/changes/edits/file-edit";
import type { Aheads } from "./ahead/aheads.ts";
import { lookAgain, type LookedAgain } from "./ahead/look-again.ts";
import type { EditPlace } from "./files/edit-place.ts";
import { MovedOn } from "./write-errors.ts";

type Failpoint = (name: string) => void | Promise<void>;

/** What takes an edit back: what is in place, or is left of it, becomes what was there before. */
export function toBack({ files }: Edit, { holds, lost }: Pick<LookedAgain, "holds" | "lost">): FileEdit[] {
  return files.flatMap((file, at) => {
    if (holds[at] === "lost") return [{ ...lost.get(file)!, after: file.before }];
    return holds[at] === "after" ? [invertFile(file)] : [];
  });
}

/**
 * Writes what takes an edit back; `all` are the files of the whole way back. Errors: {@link MovedOn} and `WriteRefused`, with some files
 * possibly written; those of git.
 */
export async function writeBack(
  place: EditPlace,
  back: readonly FileEdit[],
  all: readonly FileEdit[],
  failpoint: Failpoint,
): Promise<void> {
  const writers = place.toWriters(back, all, failpoint);
  try {
    for (const writer of writers) await writer.prepare();
    for (const writer of writers) await writer.check();
    for (const writer of writers) await writer.swap();
  } catch (error) {
    await Promise.all(writers.map((writer) => writer.discard()));
    throw error;
  }
}

/**
 * Takes an edit back as far as it goes, although somebody has written to its paths: what they wrote stays, and so does what cannot come
 * back beside it, such as a file of a folder in whose place there is a file now. Returns the files that were left as they are. Errors: those
 * of {@link writeBack}.
 */
export async function writeBackAround(place: EditPlace, aheads: Aheads, edit: Edit, failpoint: Failpoint): Promise<FileEdit[]> {
  const left = new Set<string>();
  for (;;) {
    const found = await lookAgain(place, aheads, edit);
    const back = toBack(edit, found).filter(({ root, path }) => !left.has(`${root} ${path}`));
    try {
      await writeBack(place, back, back, failpoint);
      return edit.files.filter(({ root, path }, at) => found.holds[at] === "third" || left.has(`${root} ${path}`));
    } catch (error) {
      const stuck = error instanceof MovedOn ? back.filter(({ path }) => error.paths.includes(path)) : [];
      if (stuck.length === 0) throw error;
      for (const { root, path } of stuck) left.add(`${root} ${path}`);
    }
  }
}
