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

/** Where a repository keeps its things, absolute. */
export interface GitDirs {
  /** Of this worktree alone: HEAD, index. */
  gitDir: string;
  /** Shared by all worktrees: refs, settings. */
  commonDir: string;
  objectsDir: string;
  isBare: boolean;
  /** Whether git takes the very folder that was asked about for the top of a checkout. */
  isTopLevel: boolean;
  /** How objects are named: `sha1` or `sha256`. */
  objectFormat: string;
}

/** What was found at a look at a repository. */
export interface GitLook {
  dirs: GitDirs;
  finding: ProbeFinding;
  settings: readonly FoundSetting[];
  /** Of the repository's own settings. Null where it cannot be told from a few files whether they are still the same. */
  fingerprint: string | null;
  /** All files that the settings depend on, the person's too, and what they were; null as above. */
  sources: { files: readonly string[]; fingerprint: string } | null;
}

export interface GitLooksInput {
  /** HOME and XDG_CONFIG_HOME as git sees them. */
  env: Readonly<Record<string, string>>;
  time: Pick<Time, "now">;
  /** Runs git in a folder of which nothing is known yet. */
  run(cwd: string, argv: readonly string[], exitCodes: readonly number[]): Promise<Buffer>;
}

/** Files' times move on in steps: one that was written to just now may be written to again and look the same. */
const SETTLED_MS = 20;

/**
 * Looks at repositories, and again only where a file that the answer depends on is another one than it was: by device, inode, size and
 * both times of each.
 */
export class GitLooks {
  readonly #input: GitLooksInput;
  readonly #looks = new Map<string, GitLook>();
  readonly #looking = new Map<string, Promise<GitLook>>();

  constructor(input: GitLooksInput) {
    this.#input = input;
  }

  /** The last look, or a fresh one when the repository's own settings changed since. */
  find(cwd: string): Promise<GitLook> {
    return this.#find(cwd, isCurrent);
  }

  /** The same, and the person's settings have not changed either. */
  findWithSettings(cwd: string): Promise<GitLook> {
    return this.#find(cwd, async (at, look) => (await isCurrent(at, look)) && (await areSourcesCurrent(look)));
  }

  async #find(cwd: string, isGood: (cwd: string, look: GitLook) => Promise<boolean>): Promise<GitLook> {
    const known = this.#looks.get(cwd);
    if (known && (await isGood(cwd, known))) return known;
    // Many begin at the same time; the settings may have changed since the first of them looked.
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
    // What changes while git reads changed after this, and so is not settled.
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
      // Nothing at the top. Last, since it may have a line break in it.
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
    // Nothing is run where not every program can be switched off.
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
