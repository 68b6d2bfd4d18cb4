const FETCH = [["fetch", "origin"]];
const DIFF = [["diff"]];
/** The blob of what is typed into plain git. */
const TYPED = "bca70f35318f31dd1d1d1d2d2e64c19b880899ff";
const COMMIT = [["commit", "--quiet", "--all", "--message", "x"]];

/** How plain git is brought to run what a repository names there. */
export const CONTROL: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "core.fsmonitor": [["status"]],
  "core.fsmonitor through include.path": [["status"]],
  "core.fsmonitor in config.worktree": [["status"]],
  "core.hooksPath": COMMIT,
  ".git/hooks": COMMIT,
  "hook.command": COMMIT,
  "filter.clean": [["add", "a.txt"]],
  "filter.smudge": [["checkout", "--", "a.txt"]],
  "filter.process": [["add", "a.txt"]],
  "filter.clean by info/attributes": [["add", "b.md"]],
  "filter.clean of a submodule": [["status"]],
  "diff.external": DIFF,
  "diff.textconv": DIFF,
  "diff.command": DIFF,
  "merge.driver": [
    ...COMMIT,
    ["checkout", "--quiet", "-b", "side", "HEAD~1"],
    ["hash-object", "-w", "--stdin"],
    ["update-index", "--cacheinfo", `100644,${TYPED},a.txt`],
    ["commit", "--quiet", "--message", "y"],
    ["checkout", "--quiet", "--force", "main"],
    ["merge", "side"],
  ],
  "gpg.program": COMMIT,
  "gpg.ssh.defaultKeyCommand": COMMIT,
  "core.sshCommand": FETCH,
  "ext:: remote": FETCH,
  "remote.vcs": FETCH,
  "remote.uploadpack": FETCH,
  "remote.receivepack": [["push", "origin", "HEAD:refs/heads/elsewhere"]],
  "uploadpack of a lazy fetch": [["cat-file", "-p", "HEAD:lazy.txt"]],
  "core.gitProxy": FETCH,
  "credential.helper": [["credential", "fill"]],
  "core.askPass": [["credential", "fill"]],
  "core.editor": [["commit", "--amend"]],
  "sequence.editor": [
    ["checkout", "--quiet", "--", "."],
    ["rebase", "--interactive", "--root"],
  ],
  "core.alternateRefsCommand": [["rev-list", "--alternate-refs"]],
  "interactive.diffFilter": [["commit", "--patch", "--message", "x"]],
  "trailer.cmd": [["interpret-trailers", "--trailer", "Evil=x"]],
  alias: [["evil"]],
  "submodule.update": [["submodule", "update", "--force"]],
};
