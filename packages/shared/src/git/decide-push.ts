import type { Fault } from "../faults/fault.ts";
import { refuseGit, type GitDecision, type GitFacts, type GitSteps } from "./git-decision.ts";
import type { PullRequestInput } from "./git-input.ts";
import type { GitStatus } from "./git-status.ts";

export interface PushFacts extends GitFacts, Pick<GitStatus, "upstream" | "base" | "remotes" | "pushRemote" | "compareUrl" | "hasGh"> {}

/**
 * Decides the push of the branch that is checked out, never by force. The first one sets the upstream. A branch whose upstream is the base
 * branch is pushed under its own name, never onto its base.
 *
 * Faults: `git_busy`, `git_detached`, `git_no_remote`, `git_nothing`, `git_diverged`.
 */
export function decidePush(facts: PushFacts, { remote: wanted }: { remote?: string | undefined } = {}): GitDecision<GitSteps> {
  const fault = refuseGit(facts, { isWriting: false });
  if (fault) return { kind: "refuse", fault };
  const { sessionId, branch, remotes, pushRemote } = facts;
  if (branch === null) return refuse({ kind: "git_detached", sessionId });
  const upstream = findOwnUpstream(facts);
  const remote = wanted ?? upstream?.remote ?? pushRemote;
  if (remote === null || !remotes.some(({ name }) => name === remote))
    return refuse({ kind: "git_no_remote", sessionId, remotes: remotes.map(({ name }) => name) });
  const isThere = upstream !== null && upstream.remote === remote;
  if (isThere && !upstream.isGone) {
    const { name, ahead, behind } = upstream;
    if (ahead === 0) return refuse({ kind: "git_nothing", sessionId, to: "push" });
    if (behind > 0) return refuse({ kind: "git_diverged", sessionId, upstream: name, ahead, behind });
  }
  const target = isThere ? upstream.remoteRef : `refs/heads/${branch}`;
  const argv = ["git", "push", ...(isThere ? [] : ["--set-upstream"]), "--", remote, `refs/heads/${branch}:${target}`];
  return { kind: "run", plan: [argv] };
}

/** How a pull request is made: by `gh` in the terminal, or on the page of the remote's host. */
export type PullRequestPlan = { kind: "terminal"; steps: GitSteps } | { kind: "link"; url: string };

/**
 * Decides how a pull request is made. With `gh`, what is not pushed yet is pushed first; a page needs the branch at the remote.
 *
 * Faults: those of {@link decidePush} but `git_nothing` to push; `git_no_base`, `git_not_pushed`, `git_no_page`, `git_nothing` where the
 * branch is its own base.
 */
export function decidePullRequest(
  facts: PushFacts,
  { title, body }: Pick<PullRequestInput, "title" | "body">,
): GitDecision<PullRequestPlan> {
  const { sessionId, branch, base, compareUrl, hasGh } = facts;
  const push = decidePush(facts);
  const isPushed = push.kind === "refuse" && push.fault.kind === "git_nothing";
  if (push.kind === "refuse" && !isPushed) return push;
  const into = toRemoteBase(base);
  if (into === null) return refuse({ kind: "git_no_base", sessionId });
  if (into === branch) return refuse({ kind: "git_nothing", sessionId, to: "propose" });
  if (hasGh) {
    const gh = ["gh", "pr", "create", `--base=${into}`, `--head=${branch}`, `--title=${title}`, `--body=${body}`];
    return { kind: "run", plan: { kind: "terminal", steps: [...(push.kind === "run" ? push.plan : []), gh] } };
  }
  if (compareUrl === null) return refuse({ kind: "git_no_page", sessionId });
  if (!isPushed) return refuse({ kind: "git_not_pushed", sessionId, branch: branch ?? "" });
  return { kind: "run", plan: { kind: "link", url: compareUrl } };
}

/** Returns the short name that the base branch has at the remote; null without a base. */
export function toRemoteBase(base: GitStatus["base"]): string | null {
  if (base === null) return null;
  const remote = base.targets.find(({ from }) => from === "remote");
  const prefix = remote && `refs/remotes/${remote.remote}/`;
  return remote && prefix && remote.ref.startsWith(prefix) ? remote.ref.slice(prefix.length) : base.name;
}

/** The upstream, unless that is the base branch itself. */
function findOwnUpstream({ upstream, base, branch }: PushFacts): GitStatus["upstream"] {
  if (upstream === null) return null;
  const isBase = upstream.remoteRef === `refs/heads/${toRemoteBase(base)}` && upstream.remoteRef !== `refs/heads/${branch}`;
  return isBase ? null : upstream;
}

const refuse = (fault: Fault) => ({ kind: "refuse", fault }) as const;
