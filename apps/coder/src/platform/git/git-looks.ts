import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Time } from "../time.ts";
import { OTHER_PROGRAM_SETTINGS, PROGRAM_SETTINGS, toOverrides, type ProbeFinding } from "./git-probe.ts";
import {
  fingerprintFiles,
  fingerprintRepository,
  identifyPlace,
  listSettingsFiles,
  readSettings,
  toSettingsArguments,
  UnnameableSetting,
  type Fingerprint,
  type FoundSetting,
} from "./git-settings.ts";

/** The absolute paths of a repository's git directories. */
export interface GitDirs {
  /** Holds what belongs to this worktree alone: HEAD and the index. */
  gitDir: string;
  /** Holds what all worktrees share: refs and settings. */
  commonDir: string;
  objectsDir: string;
  isBare: boolean;
  /** Whether the requested folder itself is the top level of a checkout. */
  isTopLevel: boolean;
  /** The object format: `sha1` or `sha256`. */
  objectFormat: string;
}

/** The cached result of inspecting a repository. */
export interface GitLook {
  dirs: GitDirs;
  finding: ProbeFinding;
  settings: readonly FoundSetting[];
  /** Fingerprint of the repository's own settings. Null if a few files are not enough to detect a change. */
  fingerprint: string | null;
  /** All files that the settings depend on, including the person's, with their fingerprint. Null as for `fingerprint`. */
  sources: { files: readonly string[]; fingerprint: string } | null;
}

export interface GitLooksInput {
  /** The HOME and XDG_CONFIG_HOME that git sees. */
  env: Readonly<Record<string, string>>;
  time: Pick<Time, "now">;
  /** Runs git in a folder that has not been inspected yet. */
  run(cwd: string, argv: readonly string[], exitCodes: readonly number[]): Promise<Buffer>;
}

/** File times have limited resolution: a second write right after the first may leave them unchanged. */
const SETTLED_MS = 20;

/**
 * Inspects repositories and caches the results. An inspection is repeated only if a file it depends on changed, judged by device, inode,
 * size, mtime and ctime.
 */
export class GitLooks {
  readonly #input: GitLooksInput;
  readonly #looks = new Map<string, GitLook>();
  readonly #looking = new Map<string, Promise<GitLook>>();

  constructor(input: GitLooksInput) {
    this.#input = input;
  }

  /** Returns the cached look, or a fresh one if the repository's own settings changed. */
  find(cwd: string): Promise<GitLook> {
    return this.#find(cwd, isCurrent);
  }

  /** Like {@link find}, but also checks that the person's settings are unchanged. */
  findWithSettings(cwd: string): Promise<GitLook> {
    return this.#find(cwd, async (at, look) => (await isCurrent(at, look)) && (await areSourcesCurrent(look)));
  }

  async #find(cwd: string, isGood: (cwd: string, look: GitLook) => Promise<boolean>): Promise<GitLook> {
    const known = this.#looks.get(cwd);
    if (known && (await isGood(cwd, known))) return known;
    // Calls may share one inspection that began earlier, and the settings may have changed since it read them.
    const begun = await this.#looking.get(cwd)?.catch(() => null);
    if (begun && (await isGood(cwd, begun))) return begun;
    const looking = this.#lookAnew(cwd);
    this.#looking.set(cwd, looking);
    try {
      return await looking;
    } finally {
      if (this.#looking.get(cwd) === looking) this.#looking.delete(cwd);
    }
  }

  async #lookAnew(cwd: string): Promise<GitLook> {
    const { env, time, run } = this.#input;
    this.#looks.delete(cwd);
    // Take the time before git reads, so that a change during the read counts as not settled.
    const lookedAt = time.now();
    const place = await identifyPlace(cwd);
    const [dirs, output] = await Promise.all([
      this.#findDirs(cwd),
      run(cwd, toSettingsArguments(`${PROGRAM_SETTINGS}|${OTHER_PROGRAM_SETTINGS}`), [0, 1]),
    ]);
    const own = place !== null && place === (await identifyPlace(cwd)) ? await fingerprintRepository(cwd, dirs) : null;
    const settings = parse(output, cwd);
    const finding = toOverrides(settings);
    const files = listSettingsFiles(settings, env);
    const all = files && (await fingerprintFiles(files));
    const isSettled = ({ changedAt }: Fingerprint) => changedAt + SETTLED_MS <= lookedAt;
    const look: GitLook = {
      dirs,
      finding,
      settings,
      fingerprint: own && !finding.hasIncludes && isSettled(own) ? own.identity : null,
      sources: files && all && isSettled(all) ? { files, fingerprint: all.identity } : null,
    };
    if (look.fingerprint !== null) this.#looks.set(cwd, look);
    return look;
  }

  async #findDirs(cwd: string): Promise<GitDirs> {
    const argv = [
      "rev-parse",
      "--path-format=absolute",
      "--absolute-git-dir",
      "--git-common-dir",
      "--git-path",
      "objects",
      "--is-bare-repository",
      "--show-object-format",
      "--is-inside-work-tree",
      // Empty at the top level. This comes last because the prefix may contain a line break.
      "--show-prefix",
    ];
    const [gitDir, commonDir, objectsDir, isBare, objectFormat, isInside, ...prefix] = (await this.#input.run(cwd, argv, [0]))
      .toString("utf8")
      .split("\n");
    if (!gitDir || !commonDir || !objectsDir || !isBare || !objectFormat || !isInside) {
      throw refusal("git rev-parse", "The repository's path has a line break in it.");
    }
    return {
      gitDir,
      commonDir,
      objectsDir,
      isBare: isBare === "true",
      isTopLevel: isInside === "true" && prefix.join("") === "",
      objectFormat,
    };
  }
}

function parse(output: Buffer, cwd: string): FoundSetting[] {
  try {
    return readSettings(output, cwd);
  } catch (error) {
    // Do not run git at all if one of the repository's programs cannot be disabled.
    if (error instanceof UnnameableSetting) throw refusal("git config", error.message);
    throw error;
  }
}

const refusal = (command: string, stderrTail: string) => new DomainError({ kind: "git_failed", command, exitCode: 0, stderrTail });

async function isCurrent(cwd: string, { fingerprint, dirs }: GitLook): Promise<boolean> {
  return fingerprint !== null && fingerprint === (await fingerprintRepository(cwd, dirs))?.identity;
}

async function areSourcesCurrent({ sources }: GitLook): Promise<boolean> {
  return sources !== null && sources.fingerprint === (await fingerprintFiles(sources.files)).identity;
}
