import { expect, it } from "vitest";
import { BUILT_IDS } from "../testing/build.ts";
import { TerminalId } from "../ids.ts";
import { decideCommit, type CommitFacts } from "./decide-commit.ts";
import { decideAbort, decideContinue } from "./decide-operation.ts";
import { decidePullRequest, decidePush, type PushFacts } from "./decide-push.ts";
import { decideRunProblem } from "./decide-run-problem.ts";
import { decideUpdate, listInTheWay, type UpdateFacts } from "./decide-update.ts";
import type { GitDecision } from "./git-decision.ts";
import { CommitInput } from "./git-input.ts";
import type { GitBaseTarget, GitFile, GitRun, GitUpstream } from "./git-status.ts";

const sessionId = BUILT_IDS.session;
const OID = "a".repeat(40);
const file = (path: string, more: Partial<GitFile> = {}): GitFile => ({
  path,
  staged: null,
  unstaged: "modified",
  isUntracked: false,
  isConflict: false,
  ...more,
});
const NEW = { unstaged: null, isUntracked: true } as const;
const STAGED = { staged: "modified", unstaged: null } as const;
const PERSON = { name: "Ada", email: "ada@example.invalid" };
const running: GitRun = { action: "push", terminalId: TerminalId.parse("term-1"), startedAt: 1, end: null };
const ended: GitRun = { ...running, end: { at: 2, problem: null } };
const local: GitBaseTarget = { from: "local", name: "main", ref: "refs/heads/main", oid: OID, remote: null, ahead: 1, behind: 2 };
const tracking: GitBaseTarget = {
  ...local,
  from: "remote",
  name: "origin/main",
  ref: "refs/remotes/origin/main",
  remote: "origin",
  behind: 0,
};
const base = { name: "main", targets: [local, tracking] };
const facts = { sessionId, branch: "topic", operation: null, run: null, runningTaskId: null };
const kindOf = (decision: GitDecision<unknown>) => (decision.kind === "refuse" ? decision.fault.kind : "run");

const files = [file("a.txt"), file("new.txt", NEW), file("s.txt", STAGED)];
const toCommit: CommitFacts = { ...facts, files, identity: PERSON, digest: "d" };
const commit = (more: object = {}) =>
  CommitInput.parse({ sessionId, message: "-x $(touch y)", what: { kind: "all" }, digest: "d", ...more });
const only = (...paths: string[]) => commit({ what: { kind: "paths", paths } });

it.each<[string, Partial<CommitFacts>, CommitInput, string]>([
  ["all", {}, commit(), "run"],
  ["a path", {}, only("a.txt"), "run"],
  ["what is staged", {}, commit({ what: { kind: "index" } }), "run"],
  ["after another git has ended", { run: ended }, commit(), "run"],
  ["on no branch", { branch: null }, commit(), "run"],
  ["with an identity of its own", { identity: { name: null, email: null } }, commit({ identity: PERSON }), "run"],
  ["while another git runs", { run: running }, commit(), "git_busy"],
  ["while a turn runs", { runningTaskId: "task-1" }, commit(), "worktree_busy"],
  ["in a merge", { operation: "merge" }, commit(), "git_operation"],
  ["what is not what was shown", { digest: "e" }, commit(), "git_status_changed"],
  ["a path that has not changed", {}, only("a.txt", "b.txt"), "git_status_changed"],
  ["nothing", { files: [] }, commit(), "git_nothing"],
  ["nothing that is staged", { files: [file("a.txt")] }, commit({ what: { kind: "index" } }), "git_nothing"],
  ["without an email", { identity: { name: "Ada", email: "" } }, commit(), "git_identity_missing"],
])("committing %s", (_, more, input, expected) => {
  expect(kindOf(decideCommit({ ...toCommit, ...more }, input))).toBe(expected);
});

it("a commit names its message and its paths so that neither can be an option, and tells git of new files first", () => {
  expect(decideCommit(toCommit, only("new.txt", "a.txt", "a.txt"))).toEqual({
    kind: "run",
    plan: {
      argv: ["git", "--literal-pathspecs", "commit", "--message=-x $(touch y)", "--only"],
      paths: ["new.txt", "a.txt"],
      untracked: ["new.txt"],
    },
  });
  expect(decideCommit(toCommit, commit({ identity: PERSON }))).toMatchObject({
    plan: {
      argv: [
        "git",
        "--literal-pathspecs",
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=ada@example.invalid",
        "commit",
        "--message=-x $(touch y)",
        "--all",
      ],
      paths: null,
      untracked: ["new.txt"],
    },
  });
  expect(decideCommit(toCommit, commit({ what: { kind: "index" } }))).toMatchObject({ plan: { paths: null, untracked: [] } });
});

const upstream: GitUpstream = { name: "origin/topic", remote: "origin", remoteRef: "refs/heads/topic", isGone: false, ahead: 1, behind: 0 };
const remotes = [{ name: "origin", webUrl: "https://github.com/o/r", kind: "github" as const }];
const toPush: PushFacts = { ...facts, upstream, base, remotes, pushRemote: "origin", compareUrl: "https://page", hasGh: false };

it.each<[string, Partial<PushFacts>, string | string[][]]>([
  ["again", {}, [["git", "push", "--", "origin", "refs/heads/topic:refs/heads/topic"]]],
  ["for the first time", { upstream: null }, [["git", "push", "--set-upstream", "--", "origin", "refs/heads/topic:refs/heads/topic"]]],
  [
    "to a branch that is gone",
    { upstream: { ...upstream, isGone: true, ahead: 0 } },
    [["git", "push", "--", "origin", "refs/heads/topic:refs/heads/topic"]],
  ],
  [
    "to a branch of another name",
    { upstream: { ...upstream, remoteRef: "refs/heads/mine" } },
    [["git", "push", "--", "origin", "refs/heads/topic:refs/heads/mine"]],
  ],
  // Never onto the base branch.
  [
    "with the base as its upstream",
    { upstream: { ...upstream, remoteRef: "refs/heads/main" } },
    [["git", "push", "--set-upstream", "--", "origin", "refs/heads/topic:refs/heads/topic"]],
  ],
  ["while a turn runs", { runningTaskId: "task-1" }, [["git", "push", "--", "origin", "refs/heads/topic:refs/heads/topic"]]],
  ["on no branch", { branch: null }, "git_detached"],
  ["without a remote", { remotes: [], pushRemote: null, upstream: null }, "git_no_remote"],
  ["without a chosen remote", { pushRemote: null, upstream: null }, "git_no_remote"],
  ["nothing", { upstream: { ...upstream, ahead: 0 } }, "git_nothing"],
  ["what has parted", { upstream: { ...upstream, behind: 2 } }, "git_diverged"],
  ["while another git runs", { run: running }, "git_busy"],
])("pushing %s", (_, more, expected) => {
  const decision = decidePush({ ...toPush, ...more });
  expect(decision.kind === "run" ? decision.plan : decision.fault.kind).toEqual(expected);
  expect(JSON.stringify(decision)).not.toMatch(/force|"\+/);
});

const gh = ["gh", "pr", "create", "--base=main", "--head=topic", "--title=-T", "--body="];
it.each<[string, Partial<PushFacts>, unknown]>([
  ["with gh", { hasGh: true, upstream: { ...upstream, ahead: 0 } }, { kind: "terminal", steps: [gh] }],
  [
    "with gh, pushing first",
    { hasGh: true, upstream: null },
    { kind: "terminal", steps: [expect.arrayContaining(["--set-upstream"]), gh] },
  ],
  ["on a page", { upstream: { ...upstream, ahead: 0 } }, { kind: "link", url: "https://page" }],
  ["on a page before it is pushed", {}, "git_not_pushed"],
  ["without a page", { compareUrl: null }, "git_no_page"],
  ["without a base", { base: null }, "git_no_base"],
  ["of the base itself", { branch: "main", upstream: { ...upstream, remoteRef: "refs/heads/main" } }, "git_nothing"],
  ["on no branch", { branch: null }, "git_detached"],
])("proposing %s", (_, more, expected) => {
  const decision = decidePullRequest({ ...toPush, ...more }, { title: "-T", body: "" });
  expect(decision.kind === "run" ? decision.plan : decision.fault.kind).toEqual(expected);
});

const toUpdate: UpdateFacts = { ...facts, base, identity: PERSON, inTheWay: [] };
const MERGE = ["git", "merge", "--no-autostash", "--message=Merge branch 'main' into topic", "refs/heads/main"];
const MERGE_REMOTE = [
  "git",
  "merge",
  "--no-autostash",
  "--message=Merge remote-tracking branch 'origin/main' into topic",
  "refs/remotes/origin/main",
];
it.each<[string, Partial<UpdateFacts>, Parameters<typeof decideUpdate>[1], string | string[][]]>([
  ["by a merge", {}, { from: "local", how: "merge" }, [MERGE]],
  ["by a rebase", {}, { from: "local", how: "rebase" }, [["git", "rebase", "--no-autostash", "refs/heads/main"]]],
  ["from the remote, which only a fetch knows", {}, { from: "remote", how: "merge" }, [["git", "fetch", "--", "origin"], MERGE_REMOTE]],
  ["with nothing to bring", { base: { ...base, targets: [{ ...local, behind: 0 }] } }, { from: "local", how: "merge" }, "git_nothing"],
  ["without that branch", { base: { ...base, targets: [local] } }, { from: "remote", how: "merge" }, "git_no_base"],
  ["without a base", { base: null }, { from: "local", how: "merge" }, "git_no_base"],
  ["with work in the way", { inTheWay: ["a.txt"] }, { from: "local", how: "merge" }, "git_in_the_way"],
  ["without an identity", { identity: { name: null, email: null } }, { from: "local", how: "merge" }, "git_identity_missing"],
  ["while a turn runs", { runningTaskId: "task-1" }, { from: "local", how: "merge" }, "worktree_busy"],
  ["in a rebase", { operation: "rebase" }, { from: "local", how: "merge" }, "git_operation"],
  ["on no branch", { branch: null }, { from: "local", how: "merge" }, "git_detached"],
])("updating %s", (_, more, input, expected) => {
  const decision = decideUpdate({ ...toUpdate, ...more }, input);
  expect(decision.kind === "run" ? decision.plan : decision.fault.kind).toEqual(expected);
});

it("nothing uncommitted is in the way of a merge that does not touch it, everything tracked is in that of a rebase", () => {
  const all = [file("a.txt"), file("b.txt"), file("new", NEW), file("dir/x", NEW), file("into", NEW), file("other", NEW)];
  const coming = new Set(["a.txt", "new", "dir", "into/y"]);
  expect(listInTheWay(all, coming, "merge")).toEqual(["a.txt", "new", "dir/x", "into"]);
  expect(listInTheWay(all, coming, "rebase")).toEqual(["a.txt", "b.txt", "new", "dir/x", "into"]);
  expect(listInTheWay([file("b.txt", STAGED)], coming, "merge")).toEqual(["b.txt"]);
  expect(listInTheWay(all, new Set(), "rebase")).toEqual([]);
});

it.each([
  ["merge", ["a.txt"], [["git", "-c", "core.editor=true", "commit", "--no-edit"]], [["git", "merge", "--abort"]]],
  ["rebase", ["a.txt", "b.txt"], [["git", "-c", "core.editor=true", "rebase", "--continue"]], [["git", "rebase", "--abort"]]],
  ["cherry_pick", ["a.txt"], [["git", "-c", "core.editor=true", "cherry-pick", "--continue"]], [["git", "cherry-pick", "--abort"]]],
  ["am", ["a.txt"], [["git", "-c", "core.editor=true", "am", "--continue"]], [["git", "am", "--abort"]]],
  ["bisect", null, "git_operation", "git_operation"],
  [null, null, "git_no_operation", "git_no_operation"],
] as const)("going on with %s, and taking it back", (operation, paths, go, back) => {
  const now = { ...facts, operation, files: [file("a.txt", { isConflict: true }), file("b.txt"), file("n", NEW)], identity: PERSON };
  const going = decideContinue({ ...now, unresolved: [] });
  expect(going.kind === "run" ? going.plan.paths : null).toEqual(paths);
  expect(going.kind === "run" ? going.plan.steps : going.fault.kind).toEqual(go);
  const backing = decideAbort(now);
  expect(backing.kind === "run" ? backing.plan : backing.fault.kind).toEqual(back);
  expect(kindOf(decideAbort({ ...now, runningTaskId: "task-1" }))).toBe("worktree_busy");
  expect(kindOf(decideContinue({ ...now, unresolved: ["a.txt"] }))).toBe(paths ? "git_unresolved" : go);
});

it.each([
  ["push", false, null, " ! [rejected]        topic -> topic (fetch first)", "not_fast_forward"],
  ["push", false, null, " ! [rejected]        topic -> topic (non-fast-forward)", "not_fast_forward"],
  ["push", false, null, " ! [remote rejected] topic -> topic (pre-receive hook declined)", "failed"],
  ["push", true, null, "", null],
  ["commit", false, null, "(fetch first) [rejected]", "failed"],
  ["update", false, "rebase", "", "conflicts"],
  ["update", false, null, "", "failed"],
  ["continue", false, "merge", "", "conflicts"],
  ["abort", false, "merge", "", "failed"],
] as const)("the end of a %s", (action, isSuccess, operation, output, problem) => {
  expect(decideRunProblem({ action, isSuccess, operation, output })).toBe(problem);
});
