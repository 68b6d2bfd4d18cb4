/** One git setting: the key as `git config` spells it, and its value. */
export type GitSetting = readonly [key: string, value: string];

/** Git variables that a caller may set for one call. All other git variables are unset. */
export interface GitVariables {
  GIT_AUTHOR_NAME?: string;
  GIT_AUTHOR_EMAIL?: string;
  GIT_AUTHOR_DATE?: string;
  GIT_COMMITTER_NAME?: string;
  GIT_COMMITTER_EMAIL?: string;
  GIT_COMMITTER_DATE?: string;
}

/**
 * A git directory owned by BooCode, used with another repository's worktree and objects.
 *
 * Only BooCode's settings and attributes apply. Git reads none from the repository, the person or the system.
 */
export interface GitOverlay {
  gitDir: string;
  workTree: string;
  objectsDir: string;
  /** Absolute path; default: `index` in `gitDir`. */
  indexFile?: string;
}

/** Settings for every call: the repository can neither run its own programs nor change the output format. */
const FIXED_SETTINGS: readonly GitSetting[] = [
  // Before 2.36, git treats any value as a program name, even "false".
  ["core.fsmonitor", ""],
  ["core.hooksPath", "/dev/null"],
  ["core.pager", "cat"],
  ["core.editor", "true"],
  ["core.askPass", "false"],
  ["core.alternateRefsCommand", "true"],
  ["core.sshCommand", "false"],
  ["core.gitProxy", "false"],
  ["core.quotePath", "false"],
  ["sequence.editor", "true"],
  ["commit.gpgSign", "false"],
  ["tag.gpgSign", "false"],
  ["log.showSignature", "false"],
  ["credential.helper", ""],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["submodule.recurse", "false"],
  ["color.ui", "false"],
  ["diff.external", ""],
  ["diff.noprefix", "false"],
  ["diff.mnemonicPrefix", "false"],
  ["diff.renameLimit", "1000"],
  ["interactive.diffFilter", "cat"],
  // Block all transports: a partial clone would otherwise fetch missing objects with a program that the repository names.
  ...["allow", "ext.allow", "file.allow", "git.allow", "ssh.allow", "http.allow", "https.allow"].map(
    (key) => [`protocol.${key}`, "never"] as const,
  ),
];

/**
 * Builds the whole environment of one git process: `base` without its git variables, plus variables that keep git non-interactive and
 * isolated. Without this, a daemon started from a git hook would pass on the hook's repository.
 */
export function toGitEnvironment(
  base: Readonly<Record<string, string>>,
  settings: readonly GitSetting[],
  variables: GitVariables = {},
  overlay?: GitOverlay,
): Record<string, string> {
  const all = [...FIXED_SETTINGS, ...settings];
  return {
    ...Object.fromEntries(Object.entries(base).filter(([name]) => !name.startsWith("GIT_"))),
    GIT_TERMINAL_PROMPT: "0",
    GIT_EDITOR: "true",
    GIT_SEQUENCE_EDITOR: "true",
    GIT_ASKPASS: "/bin/false",
    SSH_ASKPASS: "/bin/false",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_LITERAL_PATHSPECS: "1",
    LC_ALL: "C",
    ...(overlay && toOverlayVariables(overlay)),
    ...variables,
    ...toSettingVariables(all),
  };
}

/** Encodes settings as git environment variables. They override every settings file; `-c` overrides them. */
export function toSettingVariables(settings: readonly GitSetting[]): Record<string, string> {
  const counted = settings.flatMap(([key, value], place) => [
    [`GIT_CONFIG_KEY_${place}`, key],
    [`GIT_CONFIG_VALUE_${place}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(counted) };
}

function toOverlayVariables({ gitDir, workTree, objectsDir, indexFile }: GitOverlay): Record<string, string> {
  return {
    ...(indexFile !== undefined && { GIT_INDEX_FILE: indexFile }),
    GIT_DIR: gitDir,
    GIT_WORK_TREE: workTree,
    GIT_OBJECT_DIRECTORY: objectsDir,
    // BooCode owns this index, so git may refresh it.
    GIT_OPTIONAL_LOCKS: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
  };
}
