import { lstat, readdir } from "node:fs/promises";
import type { FolderEntry } from "@boocode/shared/files/folder-page";
import { isGitName } from "../platform/files/confined-path.ts";
import { toKind, type PinnedFolder } from "../platform/files/pinned-folder.ts";
import { BytePath } from "../platform/git/byte-path.ts";

/** An entry as it is on disk. */
export interface ListedEntry extends Pick<FolderEntry, "name" | "kind" | "isNameable"> {
  bytes: BytePath;
}

/** Lists an open folder without git's own: folders first, then by name. Follows no link. */
export async function listFolder(folder: PinnedFolder): Promise<ListedEntry[]> {
  const found = await readdir(folder.at(""), { withFileTypes: true, encoding: "buffer" });
  const entries = found.map((entry) => {
    const bytes = BytePath.of(entry.name.toString("latin1"));
    const name = BytePath.toText(bytes);
    return { order: name.toLowerCase(), entry: { name, bytes, kind: toKind(entry), isNameable: BytePath.isText(bytes) } };
  });
  return entries
    .filter(({ entry }) => !isGitName(entry.name))
    .sort((a, b) => compareKinds(a.entry, b.entry) || compare(a.order, b.order) || compare(a.entry.name, b.entry.name))
    .map(({ entry }) => entry);
}

/** Whether a folder in an open folder is a repository of its own. */
export async function isRepository(folder: PinnedFolder, name: string): Promise<boolean> {
  return lstat(folder.at(`${name}/.git`)).then(
    () => true,
    () => false,
  );
}

const compareKinds = (a: ListedEntry, b: ListedEntry) => Number(b.kind === "folder") - Number(a.kind === "folder");
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
