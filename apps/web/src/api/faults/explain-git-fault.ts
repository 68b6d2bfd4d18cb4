import type { Fault } from "@boocode/shared/faults/fault";
import { toCount } from "./describe-kept.ts";

/** The faults of git from the page. */
type GitFault = Extract<
  Fault,
  {
    kind:
      | "git_busy"
      | "git_status_changed"
      | "git_nothing"
      | "git_identity_missing"
      | "git_detached"
      | "git_operation"
      | "git_no_operation"
      | "git_unresolved"
      | "git_no_remote"
      | "git_no_base"
      | "git_diverged"
      | "git_in_the_way"
      | "git_not_pushed"
      | "git_no_page"
      | "message_not_proposed";
  }
>;

interface GitExplanation {
  title: string;
  hint: string;
  action: "reload" | "retry" | null;
}

/** The text shown when git does not do what was asked for. Nothing was changed in any of these cases. */
export function explainGitFault(fault: GitFault): GitExplanation {
  switch (fault.kind) {
    case "git_busy":
      return say("Git is still at work in this session", "Look into its terminal: it may be waiting for you. Nothing else was started.");
    case "git_status_changed":
      return say("The files have changed since they were shown", "Nothing was committed. Look at the list again, then commit.", "reload");
    case "git_nothing":
      return say(NOTHING[fault.to].title, NOTHING[fault.to].hint, "reload");
    case "git_identity_missing":
      return say(
        `Git does not know your ${fault.missing.join(" and ")}`,
        "Nothing was committed. Enter them here, or set them once with git config --global user.name and user.email.",
      );
    case "git_detached":
      return say("No branch is checked out", "Your commits are kept. In a terminal, git switch takes you back to the session's branch.");
    case "git_operation":
      return say(
        `Git is in the middle of a ${toOperation(fault.operation)}`,
        "Finish it or abort it first. Nothing was changed.",
        "reload",
      );
    case "git_no_operation":
      return say("Git is not in the middle of anything", "It was finished or aborted meanwhile.", "reload");
    case "git_unresolved":
      return say(
        `${toCount(fault.paths.length, "file")} still ${fault.paths.length === 1 ? "has" : "have"} conflict marks`,
        `Begin with ${fault.paths[0] ?? "the first"}: choose a side at each <<<<<<< and >>>>>>>. Nothing was committed.`,
        "reload",
      );
    case "git_no_remote":
      return fault.remotes.length === 0
        ? say("The repository has no remote to push to", "Add one in a terminal: git remote add origin <address>.")
        : say("Choose which remote to push to", `There are several: ${fault.remotes.join(", ")}. Nothing was pushed.`);
    case "git_no_base":
      return say(
        "There is no base branch to work with",
        "The session began at a tag or a commit, or its branch is gone. In a terminal, git merge takes any branch.",
      );
    case "git_diverged":
      return say(
        `${fault.upstream} has ${toCount(fault.behind, "commit")} that this branch lacks`,
        "Nothing was pushed, and nothing there was overwritten. Bring these commits in first: git pull in a terminal.",
      );
    case "git_in_the_way":
      return say(
        `Uncommitted work is in the way: ${toCount(fault.count, "file")}`,
        `Commit or stash it first: ${fault.paths.slice(0, 3).join(", ")}${fault.count > 3 ? ", …" : ""}. Nothing was changed.`,
        "reload",
      );
    case "git_not_pushed":
      return say(`${fault.branch || "The branch"} is not at the remote yet`, "Push it first, then propose it.");
    case "git_no_page":
      return say("BooCode does not know the remote's page for that", "The branch can be pushed. Propose it on the page of your host.");
    case "message_not_proposed":
      return say("The model wrote no message", `${fault.reason.replace(/[.\s]+$/, "")}. Write one yourself, or try again.`, "retry");
  }
}

const NOTHING = {
  commit: { title: "There is nothing to commit", hint: "Everything is committed already." },
  push: { title: "There is nothing to push", hint: "The remote has every commit of this branch." },
  update: { title: "The branch is up to date with its base", hint: "There is nothing to bring in." },
  propose: { title: "This is the base branch itself", hint: "Switch to the session's branch to propose it." },
} as const;

/** The name of what git is in the middle of, in a sentence. */
export const toOperation = (operation: string) => (operation === "am" ? "patch series" : operation.replaceAll("_", "-"));

const say = (title: string, hint: string, action: GitExplanation["action"] = null): GitExplanation => ({ title, hint, action });
