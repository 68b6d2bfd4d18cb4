/** One git setting: the key as `git config` spells it, and its value. */
export type GitSetting = readonly [key: string, value: string];

/** Variables of git's that a caller may set for one call. Everything else of git's own is unset. */
export interface GitVariables {
  GIT_AUTHOR_NAME?: string;
  GIT_AUTHOR_EMAIL?: string;
  GIT_AUTHOR_DATE?: string;
  GIT_COMMITTER_NAME?: string;
  GIT_COMMITTER_EMAIL?: string;
  GIT_COMMITTER_DATE?: string;
}

/**
 * A git directory of our own laid over someone else's worktree and objects.
 *
 * Its settings and attributes are ours alone: those of the repository, of the person and of the system are not read.
 */
export interface GitOverlay {
  gitDir: string;
  workTree: string;
  objectsDir: string;
  /** Absolute; `index` in `gitDir` unless given. */
  indexFile?: string;
}

/** Whatever a repository says, no program of its choice runs and the output keeps its form. */
const FIXED_SETTINGS: readonly GitSetting[] = [
  // Before 2.36 git takes any word for the name of a program, "false" as well.
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
  // Nothing here talks to a remote; a partial clone would otherwise fetch what it lacks, with a program the repository names.
  ...["allow", "ext.allow", "file.allow", "git.allow", "ssh.allow", "http.allow", "https.allow"].map(
    (key) => [`protocol.${key}`, "never"] as const,
  ),
];

/**
 * The whole environment of one git process: what `base` has, without anything of git's, plus what keeps it quiet and alone.
 * A daemon started from a git hook would otherwise hand on that hook's repository.
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

/** Settings as git takes them from its environment. They count above every file, and below what a command is told by `-c`. */
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
    // Its index is ours: what git finds out about it may be kept there.
    GIT_OPTIONAL_LOCKS: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
  };
}
