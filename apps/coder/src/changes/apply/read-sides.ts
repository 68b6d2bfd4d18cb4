import { isUtf8 } from "node:buffer";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MAX_SIDE_BYTES, type ConflictSide, type ConflictSides } from "@boocode/shared/changes/conflict-sides";
import type { EditRoot, FileState } from "@boocode/shared/changes/edits/file-edit";
import type { FoundState } from "@boocode/shared/changes/edits/found-state";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import type { EditPlace } from "../edits/files/edit-place.ts";
import { toEntryStates } from "../edits/to-entry-states.ts";

/** Where a change goes, and the names that git writes beside its conflict markers. */
export interface SidesInput {
  root: EditRoot;
  ours: string;
  theirs: string;
}

const APPLY: SidesInput = { root: "checkout", ours: "your checkout", theirs: "this change" };
const MAX_CONFLICTS = 127;

/** Reads the three sides of bringing a change to a folder, and merges them for display. Nothing is written. Faults: those of git. */
export async function readSides(place: EditPlace, change: TreeEntryChange, input = APPLY): Promise<ConflictSides> {
  const { before, after } = toEntryStates(change);
  const path = BytePath.toBytes(change.path);
  const former = BytePath.toBytes(change.previousPath ?? change.path);
  const reader = place.look(input.root);
  const like = [before, after];
  const [atFormer, atPath] = await reader.readAll([former, path].map((each) => ({ path: each, like })));
  const isAtFormer = former === path || atFormer!.state.kind !== "nothing";
  const found = (isAtFormer ? atFormer : atPath)!.state;
  const oursPath = isAtFormer ? former : path;
  const [base, theirs, ours] = await Promise.all([
    readStored(place, before),
    readStored(place, after),
    readFound(place, { root: input.root, path: oursPath }, found),
  ]);
  return {
    path: BytePath.toText(change.path),
    oursPath: BytePath.toText(BytePath.of(oursPath)),
    base,
    ours,
    theirs,
    merged: await merge(place, input, [ours, base, theirs]),
  };
}

async function readStored(place: EditPlace, state: FileState): Promise<ConflictSide> {
  if (state === null) return { kind: "absent" };
  const { mode, oid } = state;
  if (mode === "160000") return { kind: "submodule", commit: oid };
  const sizes = await place.contents.requireAll([oid]);
  const bytes = sizes.get(oid)!;
  if (bytes > MAX_SIDE_BYTES) return { kind: "too_large", mode, bytes };
  let side: ConflictSide = { kind: "absent" };
  await place.contents.readEach(sizes, async (_, content) => {
    side = toSide(mode, content);
  });
  return side;
}

async function readFound(place: EditPlace, at: { root: EditRoot; path: string }, found: FoundState): Promise<ConflictSide> {
  if (found.kind === "nothing") return { kind: "absent" };
  if (found.kind !== "file") return { kind: "other" };
  const { mode, oid } = found.state;
  if (mode === "160000") return { kind: "submodule", commit: oid };
  return place.inScratch(async (scratch) => {
    const copy = join(scratch, "ours");
    await place.copyOut({ ...at, ...found.state }, copy);
    const { size: bytes } = await stat(copy);
    return bytes > MAX_SIDE_BYTES ? { kind: "too_large", mode, bytes } : toSide(mode, await readFile(copy));
  });
}

function toSide(mode: string, content: Buffer): ConflictSide {
  const isText = !content.includes(0) && isUtf8(content);
  return isText ? { kind: "text", mode, text: content.toString("utf8") } : { kind: "binary", mode, bytes: content.length };
}

/** Merges what is there, what both come from, and what comes, in git's order. */
async function merge(place: EditPlace, { ours, theirs }: SidesInput, sides: readonly ConflictSide[]): Promise<string | null> {
  const texts = sides.map((side) => (side.kind === "text" && side.mode !== "120000" ? side.text : side.kind === "absent" ? "" : null));
  if (texts.includes(null)) return null;
  return place.inScratch(async (scratch) => {
    const files = texts.map((_, at) => join(scratch, String(at)));
    await Promise.all(files.map((file, at) => writeFile(file, texts[at]!)));
    const argv = ["merge-file", "--quiet", "--stdout", "--diff3", ...[ours, "base", theirs].flatMap((label) => ["-L", label]), ...files];
    const { exitCode, stdout } = await place.git.read(place.overlay.gitDir, argv, {
      overlay: place.overlay,
      exitCodes: Array.from({ length: 256 }, (_, code) => code),
    });
    return exitCode > MAX_CONFLICTS ? null : stdout.toString("utf8");
  });
}
