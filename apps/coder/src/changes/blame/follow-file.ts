import type { BytePath } from "../../platform/git/byte-path.ts";
import type { ChainStep } from "./read-chain.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";

/** The content of a path: its git object id and its mode. */
export interface FileContent {
  oid: string;
  mode: string;
}

/** One step of a file from one content to the next; null means the file does not exist. */
export interface FileVersion {
  step: ChainStep;
  from: FileContent | null;
  to: FileContent | null;
  isRename: boolean;
}

export interface FollowedFile {
  /** The content before the first version; null if the file was created later. */
  start: FileContent | null;
  /** Oldest first. */
  versions: FileVersion[];
}

export interface BaseFile extends FileContent {
  path: BytePath;
}

/**
 * Follows an existing file back to the last time it equalled the base, or to its creation. Changes before it returned to its base were
 * undone and no longer count.
 */
export function followBack(chain: readonly ChainStep[], now: BaseFile, base: BaseFile | null): FollowedFile & { isFromBase: boolean } {
  const versions: FileVersion[] = [];
  let path = now.path;
  const isBase = (content: FileContent) => base !== null && path === base.path && content.oid === base.oid;
  let start: FileContent = now;
  for (const step of chain.toReversed()) {
    const change = step.changes.find((candidate) => candidate.newMode !== null && candidate.path === path);
    if (!change) continue;
    if (isBase(toContent(change.newMode, change.newOid)!)) break;
    const from = toContent(change.oldMode, change.oldOid);
    versions.unshift(toVersion(step, change));
    if (from === null) return { start: null, versions, isFromBase: false };
    path = change.previousPath ?? path;
    start = from;
  }
  return { start, versions, isFromBase: isBase(start) };
}

/** Follows a file of the base forward from the last time it equalled the base, until it is deleted or has a name other than `pathNow`. */
export function followOn(chain: readonly ChainStep[], base: BaseFile, pathNow: BytePath | null): FollowedFile {
  const restored = chain.findLastIndex(({ changes }) =>
    changes.some(({ path, newOid, newMode }) => newMode !== null && path === base.path && newOid === base.oid),
  );
  const versions: FileVersion[] = [];
  let path = base.path;
  for (const step of chain.slice(restored + 1)) {
    const change = step.changes.find((candidate) => candidate.oldMode !== null && (candidate.previousPath ?? candidate.path) === path);
    if (!change) continue;
    versions.push(toVersion(step, change));
    if (change.newMode === null) return { start: base, versions };
    path = change.path;
  }
  const left = path === pathNow ? -1 : versions.findIndex(({ isRename }) => isRename);
  if (left >= 0) versions.splice(left, Infinity, { ...versions[left]!, to: null });
  return { start: base, versions };
}

const toContent = (mode: string | null, oid: string): FileContent | null => (mode === null ? null : { mode, oid });

function toVersion(step: ChainStep, change: TreeEntryChange): FileVersion {
  return {
    step,
    from: toContent(change.oldMode, change.oldOid),
    to: toContent(change.newMode, change.newOid),
    isRename: change.previousPath !== null,
  };
}
