import { readFile } from "node:fs/promises";
import { BytePath } from "../../platform/git/byte-path.ts";

/** Extensions that our copy can safely ignore: tree caches and reading offsets. */
const HARMLESS = new Set(["TREE", "REUC", "EOIE", "IEOT"]);
const HEAD_BYTES = 12;
/** The size of an entry's times, mode, size, id and flags; its name follows. */
const ENTRY_BYTES = 62;
const FLAGS_AT = 60;
const MODE_AT = 24;
const COMMIT_MODE = 0o160000;
/** The flags for assume-unchanged and for extended flags: skipped by a sparse checkout, or intent-to-add. */
const SPECIAL_FLAGS = 0x8000 | 0x4000;
const STAGE_FLAGS = 0x3000;
const CHECKSUM_BYTES = 20;

/** The paths of an index. */
export interface PlainIndex {
  paths: BytePath[];
  /** The paths that are nested repositories. */
  nested: BytePath[];
}

/**
 * Reads an index as `git reset --hard` writes it, and returns its paths that end with `ending`. Returns null for any other index: split,
 * compressed, with hiding bits, conflicts or another hash. Git itself reads those.
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
    // Most names are not needed, and decoding each would take longer than everything else.
    const from = nameEnd - wanted.length;
    const isWanted = from >= place + ENTRY_BYTES && index.compare(wanted, 0, wanted.length, from, nameEnd) === 0;
    if (isWanted) found.paths.push(toPath());
    if (index.readUInt32BE(place + MODE_AT) === COMMIT_MODE) found.nested.push(toPath());
    // Each entry is padded to eight bytes, with at least one byte of padding.
    place += (nameEnd - place + 8) & ~7;
  }
  while (place + 8 <= end) {
    if (!HARMLESS.has(index.toString("latin1", place, place + 4))) return null;
    place += 8 + index.readUInt32BE(place + 4);
  }
  return place === end ? found : null;
}
