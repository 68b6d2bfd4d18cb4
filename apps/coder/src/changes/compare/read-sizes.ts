import { z } from "zod";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import { withoutFiles } from "./read-tree-changes.ts";

const Line = z.tuple([z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/), z.string().regex(/^[0-9]+$/)]);

/** Returns the sizes of contents in bytes, by object id, with one git. A content that the store has lost is left out. */
export async function readSizes(git: Git, overlay: GitOverlay, oids: Iterable<string>): Promise<ReadonlyMap<string, number>> {
  const wanted = [...new Set(oids)];
  if (wanted.length === 0) return new Map();
  const { text } = await git.read(overlay.gitDir, ["cat-file", "--batch-check=%(objectname) %(objectsize)"], {
    overlay: withoutFiles(overlay),
    stdin: wanted.map((oid) => `${oid}\n`).join(""),
  });
  const sizes = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line.endsWith(" missing")) continue;
    const [oid, size] = Line.parse(line.split(" "));
    sizes.set(oid, Number(size));
  }
  return sizes;
}
