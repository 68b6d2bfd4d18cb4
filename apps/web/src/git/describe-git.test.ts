import { TerminalId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { describeBase, describeRun, describeUpstream, toHandover } from "./describe-git.ts";

const remotes = [{ name: "origin", webUrl: null, kind: "other" as const }];
const upstream = { name: "origin/topic", remote: "origin", remoteRef: "refs/heads/topic", isGone: false, ahead: 0, behind: 0 };

it.each([
  [{ branch: null, upstream: null, remotes }, "No branch is checked out"],
  [{ branch: "topic", upstream: null, remotes: [] }, "The repository has no remote"],
  [{ branch: "topic", upstream: null, remotes }, "Not pushed yet"],
  [{ branch: "topic", upstream, remotes }, "Pushed to origin/topic"],
  [{ branch: "topic", upstream: { ...upstream, ahead: 1 }, remotes }, "1 commit to push · origin/topic"],
  [{ branch: "topic", upstream: { ...upstream, ahead: 2, behind: 3 }, remotes }, "2 commits to push, 3 behind · origin/topic"],
  [{ branch: "topic", upstream: { ...upstream, isGone: true }, remotes }, "origin/topic is gone at the remote"],
])("the upstream of %j", (status, words) => {
  expect(describeUpstream(status)).toBe(words);
});

it("the base is that which has more to bring", () => {
  const oid = "a".repeat(40);
  const local = { from: "local" as const, name: "main", ref: "refs/heads/main", oid, remote: null, ahead: 1, behind: 0 };
  const remote = { ...local, from: "remote" as const, name: "origin/main", remote: "origin", behind: 2 };
  expect(describeBase({ base: { name: "main", targets: [local, remote] } })).toBe("1 ahead, 2 behind · origin/main");
  expect(describeBase({ base: { name: "main", targets: [{ ...local, ahead: 0 }] } })).toBe("Level with main");
  expect(describeBase({ base: null })).toBe("No base branch is recorded");
});

it("a git that runs or failed is spoken of, one that did what it should is not", () => {
  const run = { action: "push" as const, terminalId: TerminalId.parse("term-1"), startedAt: 1, end: null };
  expect(describeRun(null)).toBeNull();
  expect(describeRun(run)?.tone).toBe("busy");
  expect(describeRun({ ...run, end: { at: 2, problem: null } })).toBeNull();
  expect(describeRun({ ...run, end: { at: 2, problem: "not_fast_forward" } })?.text).toContain("rejected");
  expect(describeRun({ ...run, end: { at: 2, problem: "failed" } })?.text).toContain("nothing was lost");
});

it("an agent is given the files in conflict, a bounded number, and not the end of the operation", () => {
  const words = toHandover(
    "cherry_pick",
    Array.from({ length: 60 }, (_, place) => `f${place}`),
  );
  expect(words).toContain("cherry-pick");
  expect(words).toContain("- f49\n- and 10 more");
  expect(words).toContain("Do not commit");
});
