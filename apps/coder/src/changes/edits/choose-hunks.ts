import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { applyHunks } from "@boocode/shared/changes/edits/apply-hunks";
import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { ChangeId } from "@boocode/shared/ids";
import { compareMany, type ContentPair } from "../compare/compare-many.ts";
import { readHunks } from "../compare/read-hunks.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import { splitPatches } from "../compare/split-patches.ts";
import type { EditPlace } from "./files/edit-place.ts";
import { toEntryStates } from "./to-entry-states.ts";

export interface HunkChoice {
  changeId: ChangeId;
  change: TreeEntryChange;
  /** Places in the hunks of the change's diff. */
  hunks: readonly number[];
}

const MAX_PATCH_BYTES = 256 * 1024 * 1024;

/**
 * Builds and stores the contents that result from some hunks of changes: the old content with the chosen hunks (`chosen`), or the new
 * content without them (`others`). All hunks of a change are the whole change, with its mode; any fewer leave the mode of the side that
 * the result is close to.
 *
 * Faults: `invalid_input` for a hunk that the change does not have (binary files, links and submodules have none); those of git.
 */
export async function chooseHunks(place: EditPlace, choices: readonly HunkChoice[], take: "chosen" | "others"): Promise<FileState[]> {
  if (choices.length === 0) return [];
  const pairs = choices.map(({ change }) => toPair(change));
  const compared = await compareMany(place.git, place.overlay, {
    shown: pairs,
    traced: [],
    counted: [],
    ignoreWhitespace: false,
    maxOutputBytes: MAX_PATCH_BYTES,
  });
  if (compared === null) throw refuse(choices[0]!.changeId, "The changes are too large to be judged by hunks");
  const bodies = splitPatches(compared.shown.toString("utf8"));
  const all = choices.map((_, at) => {
    const body = bodies.get(String(at));
    return body === undefined || body === "binary" ? [] : readHunks(body.text);
  });
  for (const [at, { changeId, hunks, change }] of choices.entries()) {
    const isText = isSameKind(change) && hunks.every((hunk) => hunk < all[at]!.length);
    if (!isText) throw refuse(changeId, "The change has no such hunk");
  }
  return place.inScratch(async (scratch) => {
    const results: FileState[] = [];
    const files: string[] = [];
    const open: number[] = [];
    for (const [at, { change, hunks }] of choices.entries()) {
      const { before, after } = toEntryStates(change);
      const chosen = new Set(hunks);
      const isWhole = chosen.size === all[at]!.length;
      const [from, to] = take === "chosen" ? [before, after] : [after, before];
      results.push(isWhole ? to : { mode: (from ?? to)!.mode, oid: "" });
      if (isWhole) continue;
      const [old, now] = await readBoth(place, pairs[at]!);
      const taken = take === "chosen" ? chosen : new Set([...all[at]!.keys()].filter((hunk) => !chosen.has(hunk)));
      const file = join(scratch, String(at));
      await writeFile(file, Buffer.from(applyHunks(old, now, all[at]!, taken), "latin1"));
      files.push(file);
      open.push(at);
    }
    for (const [order, oid] of (await place.contents.storeFiles(files)).entries()) {
      results[open[order]!] = { mode: results[open[order]!]!.mode, oid };
    }
    return results;
  });
}

/** Files have lines; so has a link, but only as a whole. */
function isSameKind({ oldMode, newMode }: TreeEntryChange): boolean {
  return [oldMode, newMode].every((mode) => mode === null || mode.startsWith("100"));
}

function toPair({ oldMode, newMode, oldOid, newOid }: TreeEntryChange): ContentPair {
  return { from: oldMode === null ? null : oldOid, to: newMode === null ? null : newOid };
}

async function readBoth(place: EditPlace, { from, to }: ContentPair): Promise<[string, string]> {
  const oids = [from, to].filter((oid) => oid !== null);
  const contents = new Map<string, string>();
  await place.contents.readEach(await place.contents.requireAll(oids), async (oid, content) => {
    contents.set(oid, content.toString("latin1"));
  });
  return [contents.get(from ?? "") ?? "", contents.get(to ?? "") ?? ""];
}

function refuse(changeId: ChangeId, message: string): DomainError {
  return new DomainError({ kind: "invalid_input", issues: [{ path: `hunks.${changeId}`, message }] });
}
