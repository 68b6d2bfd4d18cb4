import { join } from "node:path";
import type { MentionedFile } from "@boocode/shared/agents/agent-backend";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import { findMentions } from "@boocode/shared/files/mention";
import type { SessionId } from "@boocode/shared/ids";
import { ConfinedFolder } from "../../../platform/files/confined-folder.ts";
import { toComponents } from "../../../platform/files/confined-path.ts";

/** Remembers files. */
export interface KnownFiles {
  /** Returns those of the paths that a worktree had. */
  known(sessionId: SessionId, root: string, paths: readonly string[]): Promise<Set<string>>;
}

/** What a prompt mentions: the files that are there, and those that are not there any more. */
export interface TurnMentions {
  files: MentionedFile[];
  gone: string[];
}

const MAX_NAMED = 10;

/** Looks which files a prompt mentions. A word with `@` that never was a file is only a word. Never rejects. */
export async function readMentions(
  { known }: KnownFiles,
  { sessionId, text }: { sessionId: SessionId; text: string },
  root: string,
): Promise<TurnMentions> {
  const mentions = findMentions(text);
  const found: TurnMentions = { files: [], gone: [] };
  if (mentions.length === 0) return found;
  try {
    const folder = await ConfinedFolder.open(root);
    const missing: string[] = [];
    for (const { paths, isQuoted } of mentions) {
      const looked = await lookFor(folder, { root, paths });
      if (looked.there) found.files.push(looked.there);
      else if (isQuoted) found.gone.push(...looked.absent);
      else missing.push(...looked.absent);
    }
    const had = missing.length === 0 ? new Set<string>() : await known(sessionId, root, missing);
    found.gone.push(...missing.filter((path) => had.has(path)));
  } catch {
    // The mentions are in the prompt's text all the same.
  }
  return found;
}

/** Builds the notice that names files which are not there any more; null if there are none. */
export function toGoneNotice({ gone }: TurnMentions): ChatEventBody | null {
  if (gone.length === 0) return null;
  const more = gone.length - MAX_NAMED;
  const named = `${gone.slice(0, MAX_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const text = `Not in the worktree any more, so the agent cannot read ${gone.length === 1 ? "it" : "them"}: ${named}`;
  return { type: "notice", level: "warning", text: text.slice(0, 4_000) };
}

/** Looks for the first of some paths that is there. `absent`: those before it at which there is nothing, from the worktree's root. */
async function lookFor(
  folder: ConfinedFolder,
  { root, paths }: { root: string; paths: readonly string[] },
): Promise<{ there: MentionedFile | null; absent: string[] }> {
  const absent: string[] = [];
  for (const named of paths) {
    const path = toInnerPath(folder, root, named);
    if (path === null) continue;
    const kind = await folder.kindOf(path, { followLeaf: true }).catch(toAbsence);
    if (kind === "file" || kind === "folder")
      return { there: { path, isFolder: kind === "folder", absolutePath: join(folder.root, path) }, absent };
    if (kind === null) absent.push(path);
  }
  return { there: null, absent };
}

/** A path from the worktree's root; null for the root itself, which is no file, and for one that leads out of it. */
function toInnerPath(folder: ConfinedFolder, root: string, named: string): string | null {
  try {
    // The worktree may be known by a path with links in it.
    const path = named.startsWith(`${root}/`) ? named.slice(root.length + 1) : named;
    return toComponents(folder.root, path).join("/") || null;
  } catch {
    return null;
  }
}

/** Null if a failed look means that there is nothing; what leads out of the worktree is something. */
function toAbsence(error: unknown): null | "other" {
  return (error as NodeJS.ErrnoException).code === "ENOTDIR" ? null : "other";
}
