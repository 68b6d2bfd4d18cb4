import { readFile } from "node:fs/promises";
import { BytePath } from "../../platform/git/byte-path.ts";

/** Extensions that say nothing which our copy must not believe: caches of trees, and where to begin to read. */
const HARMLESS = new Set(["TREE", "REUC", "EOIE", "IEOT"]);
const HEAD_BYTES = 12;
/** An entry's times, mode, size, id and flags; its name comes after. */
const ENTRY_BYTES = 62;
const FLAGS_AT = 60;
const MODE_AT = 24;
const COMMIT_MODE = 0o160000;
/** Assume-unchanged, and what an entry with further flags may be: left out by a sparse checkout, or only intended. */
const SPECIAL_FLAGS = 0x8000 | 0x4000;
const STAGE_FLAGS = 0x3000;
const CHECKSUM_BYTES = 20;

/** Paths of an index. */
export interface PlainIndex {
  paths: BytePath[];
  /** Those of them that are repositories inside. */
  nested: BytePath[];
}

/**
 * An index as `git reset --hard` writes it: of its paths those that end with `ending`. Null for any other: split, compressed, with bits
 * that hide files, conflicts, another hash. Git itself reads those.
 */
export async function readPlainIndex(file: string, ending: string): Promise<PlainIndex | null> {
  const index = await readFile(file).catch(() => null);
  if (!index || index.length < HEAD_BYTES + CHECKSUM_BYTES) return null;
  if (index.toString("latin1", 0, 4) !== "DIRC" || index.readUInt32BE(4) !== 2) return null;
  const end = index.length - CHECKSUM_BYTES;
  const wanted = Buffer.from(ending, "latin1");
  const found: PlainIndex = { paths: [], nested: [] };
  let place = HEAD_BYTES;
  for (let left = index.readUInt32BE(8); left > 0; left--) {
    if (place + ENTRY_BYTES > end) return null;
    if ((index.readUInt16BE(place + FLAGS_AT) & (SPECIAL_FLAGS | STAGE_FLAGS)) !== 0) return null;
    const nameEnd = index.indexOf(0, place + ENTRY_BYTES);
    if (nameEnd < 0 || nameEnd >= end) return null;
    const toPath = () => BytePath.of(index.toString("latin1", place + ENTRY_BYTES, nameEnd));
    // Most names are not asked for, and making a string of each would take longer than all the rest.
    const from = nameEnd - wanted.length;
    const isWanted = from >= place + ENTRY_BYTES && index.compare(wanted, 0, wanted.length, from, nameEnd) === 0;
    if (isWanted) found.paths.push(toPath());
    if (index.readUInt32BE(place + MODE_AT) === COMMIT_MODE) found.nested.push(toPath());
    // Each is padded to eight bytes, with at least one.
    place += (nameEnd - place + 8) & ~7;
  }
  while (place + 8 <= end) {
    if (!HARMLESS.has(index.toString("latin1", place, place + 4))) return null;
    place += 8 + index.readUInt32BE(place + 4);
  }
  return place === end ? found : null;
}
