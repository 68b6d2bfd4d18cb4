import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Time } from "../time.ts";
import { runProcess } from "../processes/process.ts";
import type { StartProgram } from "../processes/program.ts";

/** Whether git can be used on this machine. While that is not known yet, it is taken to be so. */
export interface GitHealth {
  ok: boolean;
  version: string | null;
  /** What is wrong, as a sentence without its full stop. */
  reason: string | null;
}

export interface GitProgramInput {
  env: Readonly<Record<string, string>>;
  time: Pick<Time, "now">;
  /** Who starts it; default: this process. */
  start?: StartProgram | undefined;
  /** How long it may take to say its version, in milliseconds. */
  limitMs: number;
}

/** Ubuntu 22.04's. What is used here has all been there since 2.33, which brought `worktree add --reason`. */
const OLDEST = [2, 34] as const;
/** A person who has just installed git should not have to wait; a loop should not ask all the time. */
const ASK_AGAIN_MS = 5_000;

/** The git program itself: asked once who it is, and again from time to time where that was no good answer. */
export class GitProgram {
  readonly #input: GitProgramInput;
  #known: { health: GitHealth; askedAt: number } | null = null;
  #asking: Promise<GitHealth> | null = null;

  constructor(input: GitProgramInput) {
    this.#input = input;
  }

  /** What is known now, without looking. */
  get health(): GitHealth {
    return this.#known?.health ?? { ok: true, version: null, reason: null };
  }

  /** Looks where there is need. Fault: `git_unavailable` (missing, too old, does not answer). */
  async require(): Promise<void> {
    const { ok, reason } = await this.#find();
    if (!ok) throw new DomainError({ kind: "git_unavailable", reason: reason ?? "Git cannot be used" });
  }

  /** It could not be started although it was there: the next call looks anew. */
  forget(): void {
    this.#known = null;
  }

  #find(): Promise<GitHealth> {
    const { time } = this.#input;
    if (this.#known && (this.#known.health.ok || time.now() - this.#known.askedAt < ASK_AGAIN_MS))
      return Promise.resolve(this.#known.health);
    this.#asking ??= this.#ask()
      .then((health) => {
        this.#known = { health, askedAt: time.now() };
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
      if (exitCode !== 0 || version === "") return no("The program called git does not say its version");
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
