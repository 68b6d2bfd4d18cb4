import type { GitSetting } from "./git-environment.ts";
import { toOverrides } from "./git-probe.ts";
import { isOfRepository, type FoundSetting } from "./git-settings.ts";

/** Replaces a diff program that the repository named with a close match of git's own diff. Git passes seven arguments. */
const PLAIN_DIFF = `sh -c 'diff -u -- "$2" "$5" || :' diff`;
/** Settings that always apply: these keys name programs or lead to a repository that was not inspected. */
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
/** Replacement values for the repository's program settings, used if the person has no value of their own. */
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
/** Keys whose program runs when contacting a remote, and that no later setting can undo. */
const TRANSPORT = /^(?:remote\..*\.(?:uploadpack|receivepack|vcs|proxy)|core\.gitproxy)$/s;

/**
 * Decides the settings for a git that another program starts in an untrusted repository: programs that the repository names do not run, and
 * the person's global settings stay in effect. Unlike the daemon's git, it may contact remotes, unless the repository names a transport.
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

/** Replaces text conversions and diff drivers with plain ones, because an empty value makes the command fail. */
function withPlainDiff([key, value]: GitSetting): GitSetting {
  if (value !== "" || !key.startsWith("diff.")) return [key, value];
  return [key, key.endsWith(".textconv") ? "cat" : PLAIN_DIFF];
}

/** Clears the helper list with an empty entry, then adds the person's own helpers again. */
function resetHelpers(found: readonly FoundSetting[]): GitSetting[] {
  const persons = found.filter((setting) => setting.key === "credential.helper" && !isOfRepository(setting));
  return [["credential.helper", ""], ...persons.map(({ value }): GitSetting => ["credential.helper", value ?? ""])];
}
