import type { GitSetting } from "./git-environment.ts";
import { toOverrides } from "./git-probe.ts";
import { isOfRepository, type FoundSetting } from "./git-settings.ts";

/** Does what git's own comparison does, near enough, where the repository named a program to do it. git gives it seven arguments. */
const PLAIN_DIFF = `sh -c 'diff -u -- "$2" "$5" || :' diff`;
/** What holds whatever the repository says: these name programs, or lead to a repository that nobody looked at. */
const ALWAYS: readonly GitSetting[] = [
  ["core.fsmonitor", "false"],
  ["core.hooksPath", "/dev/null"],
  ["core.alternateRefsCommand", "true"],
  ["protocol.ext.allow", "never"],
  ["safe.bareRepository", "explicit"],
  ["submodule.recurse", "false"],
  ["diff.ignoreSubmodules", "dirty"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
];
/** What a program setting of the repository's gives way to, where the person has none of their own. */
const INSTEAD: Readonly<Record<string, string>> = {
  "core.sshcommand": "ssh",
  "core.pager": "cat",
  "core.editor": "true",
  "core.askpass": "false",
  "sequence.editor": "true",
  "diff.external": PLAIN_DIFF,
  "interactive.difffilter": "cat",
  "gpg.program": "false",
  "gpg.ssh.defaultkeycommand": "false",
};
const SIGNING: readonly GitSetting[] = [
  ["commit.gpgSign", "false"],
  ["tag.gpgSign", "false"],
  ["log.showSignature", "false"],
];
/** Keys whose program runs on the way to a remote, and which no later setting takes back. */
const TRANSPORT = /^(?:remote\..*\.(?:uploadpack|receivepack|vcs|proxy)|core\.gitproxy)$/s;

/**
 * Settings for a git that somebody else starts in a repository that is not trusted: no program that the repository names runs, and what
 * the person set for all repositories stands. Unlike our own git it may still talk to remotes, except where a transport is named.
 */
export function toGuardSettings(found: readonly FoundSetting[]): readonly GitSetting[] {
  const own = found.filter(isOfRepository);
  const settings = [...ALWAYS, ...toOverrides(found).overrides.map(withPlainDiff)];
  for (const { key } of own) {
    const persons = found.findLast((setting) => setting.key === key && !isOfRepository(setting) && setting.scope !== "command")?.value;
    const instead = INSTEAD[key];
    if (instead !== undefined) settings.push([key, persons ?? instead]);
    else if (key.startsWith("pager.")) settings.push([key, "false"]);
    else if (key.startsWith("alias.")) settings.push([key, persons ?? "!false"]);
    else if (/^trailer\..*\.(?:cmd|command)$/s.test(key)) settings.push([key, persons ?? "false"]);
    else if (/^submodule\..*\.update$/s.test(key)) settings.push([key, "checkout"]);
    else if (key === "credential.helper") settings.push(...resetHelpers(found));
    else if (TRANSPORT.test(key)) settings.push(["protocol.allow", "never"], ...PROTOCOLS);
  }
  if (own.some(({ key }) => key.startsWith("gpg."))) settings.push(...SIGNING);
  return settings;
}

const PROTOCOLS: readonly GitSetting[] = ["file", "git", "ssh", "http", "https"].map((name) => [`protocol.${name}.allow`, "never"]);

/** An empty text conversion or driver would make the command fail; these show what there is. */
function withPlainDiff([key, value]: GitSetting): GitSetting {
  if (value !== "" || !key.startsWith("diff.")) return [key, value];
  return [key, key.endsWith(".textconv") ? "cat" : PLAIN_DIFF];
}

/** An empty one makes git forget those before it; the person's own come again after it. */
function resetHelpers(found: readonly FoundSetting[]): GitSetting[] {
  const persons = found.filter((setting) => setting.key === "credential.helper" && !isOfRepository(setting));
  return [["credential.helper", ""], ...persons.map(({ value }): GitSetting => ["credential.helper", value ?? ""])];
}
