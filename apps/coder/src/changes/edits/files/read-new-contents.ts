import { setImmediate as nextTurn } from "node:timers/promises";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { WriteRefused } from "../write-errors.ts";
import type { DiskReader } from "./disk-reader.ts";
import { missingObject, type ObjectContents } from "./object-contents.ts";

/** The largest file that is written: its content is held in memory once. */
const MAX_CONTENT_BYTES = 512 * 1024 * 1024;
/** Files read between two pauses, in which other work of the daemon runs. */
const BETWEEN_PAUSES = 32;

/** Where an edit's new contents are read from. */
export interface ContentSource {
  contents: ObjectContents;
  /** Reads the other root, which often holds the same content at the same path: that costs no git. */
  other: DiskReader;
  /** What is kept for a path, if that is its new content. */
  findAhead: (file: FileEdit) => Buffer | null;
}

/**
 * Reads the new content of each file, and hands it over as soon as it is read. Errors: {@link WriteRefused} for one that is too large; those
 * of git, also if a content is missing.
 */
export async function readNewContents(
  { contents, other, findAhead }: ContentSource,
  files: readonly FileEdit[],
  take: (file: FileEdit, content: Buffer) => Promise<void>,
): Promise<void> {
  const byOid = Map.groupBy(
    files.filter(({ after }) => after !== null),
    ({ after }) => after!.oid,
  );
  const takeAll = async (oid: string, content: Buffer) => {
    for (const file of byOid.get(oid)!) await take(file, content);
  };
  const rest: string[] = [];
  let read = 0;
  for (const [oid, [first]] of byOid) {
    const content = findAhead(first!) ?? other.readContent(first!.path, oid);
    if (content === null) rest.push(oid);
    else await takeAll(oid, content);
    if (++read % BETWEEN_PAUSES === 0) await nextTurn();
  }
  const sizes = await contents.measure(rest);
  const needed = new Map(rest.map((oid) => [oid, toWritable(oid, sizes.get(oid) ?? null, byOid.get(oid)![0]!)]));
  await contents.readEach(needed, takeAll);
}

function toWritable(oid: string, size: number | null, { path }: FileEdit): number {
  if (size === null) throw missingObject(oid);
  if (size > MAX_CONTENT_BYTES) throw new WriteRefused(path, new Error("It is too large to be written"));
  return size;
}
