import { DomainError } from "@boocode/shared/faults/domain-error";
import { findTarget, listInTheWay } from "@boocode/shared/git/decide-update";
import type { PreviewUpdateInput, UpdatePreview } from "@boocode/shared/git/git-input";
import { MAX_PREVIEWED } from "@boocode/shared/git/git-status";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import type { GitLook } from "./git-statuses.ts";

const LISTING = { maxOutputBytes: 64 * 1024 * 1024, limitMs: 30_000 };

/**
 * Reads what an update would bring, as last fetched, and what would be in its way: also all of the latter. Faults: `git_no_base`, those of
 * git.
 */
export async function previewUpdate(
  git: Git,
  folder: string,
  { status, all }: Pick<GitLook, "status" | "all">,
  { from, how, sessionId }: PreviewUpdateInput,
): Promise<{ preview: UpdatePreview; inTheWay: string[] }> {
  const target = findTarget(status.base, from);
  if (target === null) throw new DomainError({ kind: "git_no_base", sessionId });
  const range = `HEAD...${target.oid}`;
  const [log, diff] = await Promise.all([
    git.read(folder, ["log", `--max-count=${MAX_PREVIEWED}`, "--format=%H %s", `HEAD..${target.oid}`]),
    target.behind === 0
      ? null
      : git.read(folder, ["diff", "--name-only", "-z", "--no-renames", range], { ...LISTING, exitCodes: [0, 128] }),
  ]);
  const coming = new Set(diff === null ? [] : BytePath.split(diff.stdout).map(BytePath.toText));
  const inTheWay = listInTheWay(all, coming, how);
  const commits = log.text.split("\n").flatMap((line) => {
    const [, oid, subject = ""] = /^([0-9a-f]{40,64}) (.*)$/.exec(line) ?? [];
    return oid === undefined ? [] : [{ oid, subject: subject.slice(0, 300) }];
  });
  return { preview: { target, commits, inTheWay: inTheWay.slice(0, MAX_PREVIEWED), inTheWayCount: inTheWay.length }, inTheWay };
}
