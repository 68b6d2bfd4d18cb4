import { expect, it } from "vitest";
import { toWorktreeBlocks, type WorktreeFacts } from "./worktree-blocks.ts";

const nothing: WorktreeFacts = {
  state: "live",
  isAdopted: false,
  hasOpenSession: false,
  openTasks: 0,
  pendingFiles: 0,
  leftOut: 0,
  isUnreadable: false,
  ownCommits: 0,
};

it.each<{ name: string; given: Partial<WorktreeFacts>; kinds: string[] }>([
  { name: "an archived session's with nothing in it has none", given: {}, kinds: [] },
  { name: "an open session's is in use", given: { hasOpenSession: true }, kinds: ["open_session"] },
  {
    name: "whatever would be lost comes first",
    given: { hasOpenSession: true, openTasks: 1, pendingFiles: 2, leftOut: 3, ownCommits: 4 },
    kinds: ["tasks 1", "changes 2", "commits 4", "left_out 3", "open_session"],
  },
  { name: "something else at its path is not ours", given: { state: "replaced" }, kinds: ["not_ours"] },
  { name: "one that the person made is not ours", given: { isAdopted: true, ownCommits: 1 }, kinds: ["commits 1", "not_ours"] },
  { name: "W2 an unknown number of commits is not zero", given: { ownCommits: null }, kinds: ["unknown"] },
  { name: "W2 unreadable files are not zero files", given: { isUnreadable: true }, kinds: ["unknown"] },
])("$name", ({ given, kinds }) => {
  const blocks = toWorktreeBlocks({ ...nothing, ...given });
  expect(blocks.map((block) => ("count" in block ? `${block.kind} ${block.count}` : block.kind))).toEqual(kinds);
});
