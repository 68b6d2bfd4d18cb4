import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Time } from "../time.ts";
import { runProcess } from "../processes/process.ts";
import type { StartProgram } from "../processes/program.ts";

/** Whether git can be used on this machine. Before the first check, this assumes that it can. */
export interface GitHealth {
  ok: boolean;
  version: string | null;
  /** The problem, as a sentence without a full stop. */
  reason: string | null;
}

export interface GitProgramInput {
  env: Readonly<Record<string, string>>;
  time: Pick<Time, "elapsedMs">;
  /** Starts the program; default: as a child of this process. */
  start?: StartProgram | undefined;
  /** The time limit for `git --version`, in milliseconds. */
  limitMs: number;
}

/** The version in Ubuntu 22.04. The newest feature in use is `worktree add --reason`, from 2.33. */
const OLDEST = [2, 34] as const;
/** Short enough for a person who has just installed git, and long enough that a loop does not check constantly. */
const ASK_AGAIN_MS = 5_000;

/** The installed git program. It is checked once, and again from time to time while the check fails. */
export class GitProgram {
  readonly #input: GitProgramInput;
  #known: { health: GitHealth; askedAt: number } | null = null;
  #asking: Promise<GitHealth> | null = null;

  constructor(input: GitProgramInput) {
    this.#input = input;
  }

  /** The last known health, without a new check. */
  get health(): GitHealth {
    return this.#known?.health ?? { ok: true, version: null, reason: null };
  }

  /** Checks git if its state is not known to be good. Fault: `git_unavailable` (missing, too old or not answering). */
  async require(): Promise<void> {
    const { ok, reason } = await this.#find();
    if (!ok) throw new DomainError({ kind: "git_unavailable", reason: reason ?? "Git cannot be used" });
  }

  /** Forgets the last check after git failed to start, so that the next call checks again. */
  forget(): void {
    this.#known = null;
  }

  #find(): Promise<GitHealth> {
    const { time } = this.#input;
    if (this.#known && (this.#known.health.ok || time.elapsedMs() - this.#known.askedAt < ASK_AGAIN_MS))
      return Promise.resolve(this.#known.health);
    this.#asking ??= this.#ask()
      .then((health) => {
        this.#known = { health, askedAt: time.elapsedMs() };
        return health;
      })
      .finally(() => {
        this.#asking = null;
      });
    return this.#asking;
  }

  async #ask(): Promise<GitHealth> {
    const { env, limitMs, start } = this.#input;
    const no = (reason: string, version: string | null = null): GitHealth => ({ ok: false, version, reason });
    try {
      const { exitCode, stdout, timedOut } = await runProcess({
        file: "git",
        argv: ["version"],
        cwd: "/",
        env: { ...env, LC_ALL: "C" },
        timeoutMs: limitMs,
        maxOutputBytes: 10_000,
        endWhenTruncated: true,
        graceMs: 500,
        start,
      });
      if (timedOut) return no(`Git did not answer within ${limitMs / 1_000} s`);
      const [, version = "", major = "", minor = ""] = /^git version ((\d+)\.(\d+)[^\s]*)/.exec(stdout.toString("utf8")) ?? [];
      if (exitCode !== 0 || version === "") return no("The program called git did not report its version");
      if (isOlder(Number(major), Number(minor))) return no(`Git ${version} is too old: ${OLDEST.join(".")} or newer is needed`, version);
      return { ok: true, version, reason: null };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return no(code === "ENOENT" ? "Git was not found on the PATH" : `Git cannot be started (${code ?? "unknown"})`);
    }
  }
}

function isOlder(major: number, minor: number): boolean {
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
