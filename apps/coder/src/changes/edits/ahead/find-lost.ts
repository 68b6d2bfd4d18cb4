import { hash } from "node:crypto";
import { isLost, type UnsureLook } from "@boocode/shared/changes/edits/decide-lost";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import { isSameState, type FileEdit } from "@boocode/shared/changes/edits/file-edit";
import type { FoundState } from "@boocode/shared/changes/edits/found-state";
import { joinBytes, splitPath } from "../../../platform/files/byte-folders.ts";
import { toFormat } from "../../../platform/git/loose-object.ts";
import { lstatOrNull, toLastingIdentity } from "../files/disk-reader.ts";
import type { EditPlace } from "../files/edit-place.ts";
import type { StoredAhead } from "./aheads.ts";

/** Zeros begin where a part of a file was not written: at such a place. */
const BLOCK_BYTES = 4_096;

/** An edit's file that a power cut has taken, as it is now: with what is there as `before`. */
export type LostFiles = ReadonlyMap<FileEdit, FileEdit>;

/** Files that were put in place before they were durable and are not what they were, each lost or changed by somebody. */
export interface Unsure {
  lost: LostFiles;
  /** What others have changed, or may have. */
  left: readonly string[];
}

/** Looks for files of an edit that a power cut has taken. Nothing is written. */
export async function findLost(place: EditPlace, { files, state, endedAt }: Edit, ahead: StoredAhead): Promise<Unsure> {
  const kept = new Map(ahead.files.map((file) => [file.path, file]));
  const own = files.filter(({ root, path, after }) => root === "checkout" && after !== null && kept.has(path));
  const found = await place.look("checkout").readAll(own.map(({ path, before, after }) => ({ path, like: [before, after] })));
  const root = place.pathOf("checkout");
  const lost = new Map<FileEdit, FileEdit>();
  const left: string[] = [];
  for (const [at, file] of own.entries()) {
    const { state: now, identity } = found[at]!;
    const unsure = kept.get(file.path)!;
    const lasting = identity === null ? null : toLastingIdentity(identity);
    const edit = { endedAt: state === "done" ? endedAt : null, wasLost: ahead.lost.has(file.path) };
    const folderChangedNs = now.kind === "nothing" ? readChange(root, file.path) : 0n;
    const holds = listHolds(file, now, unsure.content, Number(lasting?.size ?? 0));
    if (holds.some((each) => isLost(unsure, { holds: each, identity: lasting, folderChangedNs }, edit))) {
      lost.set(file, { ...file, before: now.kind === "file" ? now.state : null });
    } else if (holds[0] !== "after") left.push(file.path);
  }
  return { lost, left };
}

/** What a path may hold: an empty file may be what was there before, and what is left of what came. */
function listHolds({ before, after }: FileEdit, now: FoundState, content: Buffer, size: number): UnsureLook["holds"][] {
  if (now.kind === "nothing") return ["nothing"];
  if (now.kind !== "file") return ["third"];
  if (isSameState(now.state, after)) return ["after"];
  const holds: UnsureLook["holds"][] = [];
  if (isSameState(now.state, before)) holds.push("before");
  if (now.state.mode === after!.mode && isTorn(content, size, now.state.oid)) holds.push("torn");
  return holds.length === 0 ? ["third"] : holds;
}

/** Whether a file of this size and id is a beginning of the content, perhaps with zeros behind it. */
function isTorn(content: Buffer, size: number, oid: string): boolean {
  if (size > content.length) return false;
  for (let end = size; ; end = Math.floor((end - 1) / BLOCK_BYTES) * BLOCK_BYTES) {
    if (hashBlob(Buffer.concat([content.subarray(0, end), Buffer.alloc(size - end)]), oid) === oid) return true;
    if (end === 0) return false;
  }
}

/** Returns the git id of a content, in the format of another id. */
export function hashBlob(content: Buffer, like: string): string {
  return hash(toFormat(like), Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]), "hex");
}

/** When the innermost folder above a path that exists changed last, in nanoseconds. */
function readChange(root: string, path: string): bigint {
  for (let folder = splitPath(path).folder; ; folder = splitPath(folder).folder) {
    const stats = lstatOrNull(folder === "" ? root : joinBytes(root, folder));
    if (stats) return stats.mtimeNs;
    if (folder === "") return BigInt(Number.MAX_SAFE_INTEGER) * 1_000_000n;
  }
}
