import { expect, it } from "vitest";
import { decideWorktreeState, isSwitched, type WorktreeLook } from "./decide-worktree-state.ts";

const known = { inode: "7", head: "boocode/a" };
const folder = (inode: string, head: string | null): WorktreeLook => ({ kind: "folder", inode, head });

it.each([
  { name: "unchanged", look: folder("7", "boocode/a"), state: "live", head: "boocode/a" },
  { name: "on another branch", look: folder("7", "main"), state: "live", head: "main" },
  { name: "detached", look: folder("7", "a".repeat(40)), state: "live", head: "a".repeat(40) },
  { name: "gone", look: { kind: "absent" } as const, state: "missing", head: "boocode/a" },
  { name: "a link or a file at its path", look: { kind: "other" } as const, state: "replaced", head: "boocode/a" },
  {
    look: { kind: "other", inode: "7", head: "main" } as WorktreeLook,
    state: "replaced",
    head: "boocode/a",
  },
  { name: "another folder", look: folder("8", "boocode/a"), state: "replaced", head: "boocode/a" },
  { name: "ours, cut off from its repository", look: folder("7", null), state: "replaced", head: "boocode/a" },
])("W12 $name: $state", ({ look, state, head }) => {
  expect(decideWorktreeState(known, look)).toEqual({ state, head });
});

it("is switched if HEAD was seen elsewhere, except where the person made the worktree", () => {
  expect(isSwitched({ branch: "boocode/a", head: "boocode/a", adopted: null })).toBe(false);
  expect(isSwitched({ branch: "boocode/a", head: "main", adopted: null })).toBe(true);
  expect(isSwitched({ branch: "feature", head: "main", adopted: "branch" })).toBe(true);
  expect(isSwitched({ branch: "feature", head: "main", adopted: "worktree" })).toBe(false);
  expect(isSwitched({ branch: "boocode/a", head: null, adopted: null })).toBe(false);
});
