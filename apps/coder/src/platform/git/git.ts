import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { pause, systemTime, type Time } from "../time.ts";
import { GitBudget, type GitPriority } from "./git-budget.ts";
import { toGitEnvironment, toSettingVariables, type GitOverlay, type GitSetting, type GitVariables } from "./git-environment.ts";
import { toGitFault } from "./git-fault.ts";
import { GitLooks, type GitDirs } from "./git-looks.ts";
import { toGuardSettings } from "./guard-settings.ts";
import { listSubmoduleDirs } from "./list-submodule-dirs.ts";
import type { ProbeFinding } from "./git-probe.ts";
import { GitProgram, type GitHealth } from "./git-program.ts";
import { isOfRepository, isWanted, type FoundSetting } from "./git-settings.ts";
import { runProcess, type ProcessResult } from "../processes/process.ts";
import type { StartProgram } from "../processes/program.ts";

export type { GitDirs } from "./git-looks.ts";

export interface GitInput {
  /** What git may see of the machine: at least PATH and HOME. */
  env: Readonly<Record<string, string>>;
  time?: Pick<Time, "now" | "after">;
  /** Who starts each git; default: this process. */
  start?: StartProgram;
  /** Processes at the same time in one repository. */
  atOnce?: number;
  /** How long git may take to say its version, in milliseconds; default 10,000. */
  checkLimitMs?: number;
  /** Called before each command that changes something. */
  failpoint?: (name: string) => void | Promise<void>;
  /** Called with the arguments of each git that is started. */
  onStart?: (argv: readonly string[]) => void;
}

export interface GitOptions {
  stdin?: string | Uint8Array;
  /** Exit codes that are answers rather than failures. Default: 0 alone. */
  exitCodes?: readonly number[];
  /** Milliseconds; default 10,000 for a read, 60,000 for a write. */
  limitMs?: number;
  /** Default 16 MB. */
  maxOutputBytes?: number;
  settings?: readonly GitSetting[];
  variables?: GitVariables;
  /** Runs in a git directory of our own instead of the repository's. */
  overlay?: GitOverlay;
}

export interface GitOutput {
  exitCode: number;
  stdout: Buffer;
  /** Output as text without the line break at its end. */
  text: string;
  /** What it warned of although it did what it was asked. */
  stderr: Buffer;
}

/** Where a process counts, and what keeps the repository's programs from running in it. */
interface Place {
  budget: string;
  overrides: readonly GitSetting[];
}

const READ_LIMIT_MS = 10_000;
const WRITE_LIMIT_MS = 60_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const LOCK_RETRIES = 5;
const LOCK_RETRY_MS = 20;
const CHECK_LIMIT_MS = 10_000;
/** A checkpoint asks three things at once, and a click should still find a place. */
const FEWEST_AT_ONCE = 4;
/** Commands that could hand file contents to a program of the repository's choice, unless told not to. */
const DIFF_COMMANDS: ReadonlySet<string | undefined> = new Set(["diff", "diff-tree", "diff-files", "diff-index", "show", "log"]);
/** Settings of these scopes are the person's; what is left is what we say ourselves. */
const PERSONS: ReadonlySet<string> = new Set(["system", "global"]);
const DIFF_FLAGS = ["--no-ext-diff", "--no-textconv", "--no-color"];
/**
 * Commands that would start a git in each submodule, which obeys the settings of that one: nobody looked through those. What the caller
 * says comes after, and counts.
 */
const SUBMODULE_COMMANDS: ReadonlySet<string | undefined> = new Set(["status", ...DIFF_COMMANDS]);
const SUBMODULE_FLAGS = ["--ignore-submodules=dirty"];

/**
 * The only way to git. No program that a repository names ever runs: not its hooks, file system monitor, content filters, diff or
 * merge drivers, helpers or transports. Nothing here talks to a remote.
 *
 * A repository has a budget of processes, those that somebody waits for first, and one writer. Locks of others are waited for and then
 * reported; they are never removed.
 *
 * Faults: `git_unavailable` (missing, too old or not answering), `path_not_found` (the folder is gone), `git_failed`, `git_timed_out`,
 * `git_output_too_large`, `git_locked` (another git holds a lock, still after five more tries), `ref_moved` (a ref is not where the
 * caller saw it), `ref_in_the_way`.
 */
export class Git {
  readonly #input: GitInput;
  readonly #priority: GitPriority;
  readonly #env: Readonly<Record<string, string>>;
  readonly #time: Pick<Time, "now" | "after">;
  readonly #failpoint: ((name: string) => void | Promise<void>) | null;
  readonly #onStart: ((argv: readonly string[]) => void) | null;
  readonly #program: GitProgram;
  readonly #processes: GitBudget;
  readonly #writers: GitBudget;
  readonly #looks: GitLooks;
  #prefix: string | null = null;

  /** `foreground`: the git whose budgets and looks this one shares, for work that nobody waits for. */
  constructor(input: GitInput, foreground: Git | null = null) {
    this.#input = input;
    this.#priority = foreground ? "background" : "interactive";
    const { env, time = systemTime, checkLimitMs = CHECK_LIMIT_MS } = input;
    this.#env = env;
    this.#time = time;
    this.#failpoint = input.failpoint ?? null;
    this.#program = foreground ? foreground.#program : new GitProgram({ env, time, start: input.start, limitMs: checkLimitMs });
    this.#writers = foreground ? foreground.#writers : new GitBudget(1);
    this.#onStart = input.onStart ?? null;
    this.#looks = foreground
      ? foreground.#looks
      : new GitLooks({
          env,
          time,
          run: async (cwd, argv, exitCodes) => (await this.#run(cwd, argv, alone(cwd), { limitMs: READ_LIMIT_MS, exitCodes })).stdout,
        });
    this.#processes = foreground ? foreground.#processes : new GitBudget(input.atOnce ?? Math.max(FEWEST_AT_ONCE, availableParallelism()));
  }

  /** Looks whether git can be used here, so that {@link health} tells. Never rejects. */
  async check(): Promise<GitHealth> {
    await this.#program.require().catch(() => {});
    return this.#program.health;
  }

  /** Whether git can be used here, as far as known. */
  get health(): GitHealth {
    return this.#program.health;
  }

  /** Where the person keeps attributes for all repositories, unless a setting says otherwise. Need not be there. */
  get attributesFile(): string {
    const { HOME = "/", XDG_CONFIG_HOME } = this.#env;
    return join(XDG_CONFIG_HOME || join(HOME, ".config"), "git", "attributes");
  }

  /** The same git for work that nobody waits for: what somebody waits for goes before it, and always finds a place. */
  inBackground(): Git {
    return new Git(this.#input, this);
  }

  /** Runs a command that changes nothing. */
  async read(cwd: string, argv: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
    const place = await this.#place(cwd, options);
    return this.#run(cwd, argv, place, { limitMs: READ_LIMIT_MS, ...options });
  }

  /** Runs a command that changes something, one at a time for each repository. */
  async write(cwd: string, argv: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
    // A git directory of our own has its own index and no refs; what it adds to the objects, git adds safely beside others.
    const writer = options.overlay ? options.overlay.gitDir : (await this.#looks.find(cwd)).dirs.commonDir;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#writers.run(writer, this.#priority, async () => {
          const place = await this.#place(cwd, options);
          if (this.#failpoint) await this.#failpoint(`git.${argv[0] ?? ""}`);
          return this.#run(cwd, argv, place, { limitMs: WRITE_LIMIT_MS, ...options });
        });
      } catch (error) {
        const isLocked = error instanceof DomainError && error.fault.kind === "git_locked";
        if (!isLocked || attempt === LOCK_RETRIES) throw error;
        // Others write meanwhile: the lock may be one worktree's alone.
        await pause(this.#time, LOCK_RETRY_MS * 2 ** attempt);
      }
    }
  }

  /** Where git itself was installed to: the folder that its `lib` or `libexec` lies in. */
  async prefix(cwd: string): Promise<string> {
    this.#prefix ??= (await this.read(cwd, ["--exec-path"])).text.replace(/\/lib[^/]*\/git-core$/, "");
    return this.#prefix;
  }

  /** Where the repository that `cwd` lies in keeps its things. */
  async dirs(cwd: string): Promise<GitDirs> {
    return (await this.#looks.find(cwd)).dirs;
  }

  /** Which programs the repository names, and what keeps them from running. */
  async probe(cwd: string): Promise<ProbeFinding> {
    return (await this.#looks.find(cwd)).finding;
  }

  /**
   * What the person and the repository set of what the daemon wants to know: `core.excludesFile`, `fileMode`, `symlinks`, `ignoreCase`,
   * `autocrlf`, `eol`, `attributesFile`, `user.name`, `user.email`. Reads them again only where a file they stand in changed.
   */
  async settings(cwd: string): Promise<readonly FoundSetting[]> {
    const { settings } = await this.#looks.findWithSettings(cwd);
    return settings.filter((setting) => isWanted(setting) && (isOfRepository(setting) || PERSONS.has(setting.scope)));
  }

  /** What the repository's own settings say of programs, those too that are never obeyed here. */
  async programSettings(cwd: string): Promise<readonly FoundSetting[]> {
    const { settings } = await this.#looks.find(cwd);
    return settings.filter((setting) => isOfRepository(setting) && !isWanted(setting));
  }

  /**
   * Variables for a git that somebody else starts in `cwd`, in a repository that is not trusted: no program that the repository names
   * runs in it. They hold for that repository as it is now, and as far as {@link toGuardSettings} says.
   */
  async guardVariables(cwd: string): Promise<Record<string, string>> {
    const { settings, dirs } = await this.#looks.findWithSettings(cwd);
    // git obeys the settings of a submodule in it, and takes ours along.
    const places = (await Promise.all([...new Set([dirs.gitDir, dirs.commonDir])].map(listSubmoduleDirs))).flat();
    const inside = await Promise.all(places.map((place) => this.#looks.find(place)));
    const found = [...settings, ...inside.flatMap((look) => look.settings.filter(isOfRepository))];
    return { ...toSettingVariables(toGuardSettings(found)), GIT_NO_LAZY_FETCH: "1", GIT_TERMINAL_PROMPT: "0" };
  }

  /** Makes an empty repository on branch `main`, without templates: those may bring hooks. */
  async init(path: string): Promise<void> {
    await this.#run(path, ["init", "--quiet", "--template=", "--initial-branch=main"], alone(path), { limitMs: WRITE_LIMIT_MS });
  }

  async #place(cwd: string, { overlay }: GitOptions): Promise<Place> {
    if (overlay) return { budget: dirname(overlay.objectsDir), overrides: [] };
    const { dirs, finding } = await this.#looks.find(cwd);
    return { budget: dirs.commonDir, overrides: finding.overrides };
  }

  async #run(cwd: string, argv: readonly string[], place: Place, options: GitOptions & { limitMs: number }): Promise<GitOutput> {
    const { limitMs, exitCodes = [0], maxOutputBytes = MAX_OUTPUT_BYTES } = options;
    const command = `git ${argv[0] ?? ""}`;
    const result = await this.#processes.run(place.budget, this.#priority, () =>
      this.#start(cwd, argv, place.overrides, options, limitMs, maxOutputBytes),
    );
    if (result.timedOut) throw new DomainError({ kind: "git_timed_out", command, limitMs });
    if (result.truncated) throw new DomainError({ kind: "git_output_too_large", command, maxBytes: maxOutputBytes });
    const { exitCode, stdout, stderr } = result;
    if (exitCode !== null && exitCodes.includes(exitCode))
      return { exitCode, stdout, text: stdout.toString("utf8").replace(/\n$/, ""), stderr };
    throw new DomainError(await toGitFault(this.#time, { command, exitCode, stderr: stderr.toString("utf8") }));
  }

  async #start(
    cwd: string,
    argv: readonly string[],
    overrides: readonly GitSetting[],
    options: GitOptions,
    timeoutMs: number,
    maxOutputBytes: number,
  ): Promise<ProcessResult> {
    await this.#program.require();
    this.#onStart?.(argv);
    const env = toGitEnvironment(this.#env, [...(options.settings ?? []), ...overrides], options.variables, options.overlay);
    try {
      return await runProcess({
        file: "git",
        argv: toSafe(argv),
        cwd,
        env,
        timeoutMs,
        maxOutputBytes,
        endWhenTruncated: true,
        stdin: options.stdin,
        start: this.#input.start,
      });
    } catch (error) {
      // The system names the program when in truth the folder is gone.
      const isFolder = await stat(cwd).then(
        (found) => found.isDirectory(),
        () => false,
      );
      if (!isFolder) throw new DomainError({ kind: "path_not_found", path: cwd }, { cause: error });
      this.#program.forget();
      this.#prefix = null;
      throw new DomainError({ kind: "git_unavailable", reason: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
  }
}

/** The same command, told what keeps it from running a program of the repository's choice. */
function toSafe([command = "", ...rest]: readonly string[]): readonly string[] {
  if (!SUBMODULE_COMMANDS.has(command)) return [command, ...rest];
  return [command, ...(DIFF_COMMANDS.has(command) ? DIFF_FLAGS : []), ...SUBMODULE_FLAGS, ...rest];
}

/** Before it is known which repository a folder belongs to. */
const alone = (cwd: string): Place => ({ budget: cwd, overrides: [] });
