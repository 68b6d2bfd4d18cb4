import { describeKept, type Kept } from "../../api/faults/describe-kept.ts";

/** What stands in the way of removing a project, and what happens to its files: none of them is touched. */
export function describeRemoval({ path, ...kept }: Kept & { path: string }): string {
  if (kept.sessions + kept.orphans + kept.trashed === 0)
    return `BooCode forgets it. Nothing in ${path} is touched, and you can open it again at any time.`;
  return `${describeKept(kept)} Nothing in ${path} is touched.`;
}
