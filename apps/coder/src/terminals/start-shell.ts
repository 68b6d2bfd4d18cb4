import { userInfo } from "node:os";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TerminalRecord } from "@boocode/shared/terminals/terminal";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { Git } from "../platform/git/git.ts";
import type { ProgramExit } from "../platform/processes/supervised-child.ts";
import type { PtyHost } from "../platform/processes/pty/pty-host.ts";
import { toStepsProgram } from "../platform/processes/pty/run-steps.ts";
import { toTerminalMark } from "../platform/processes/work-mark.ts";
import type { Trust } from "../trust/trust.ts";
import type { PortBlocks } from "../worktrees/ports/port-blocks.ts";
import type { LoginEnvironment } from "./login-environment.ts";
import { RunningTerminal } from "./running-terminal.ts";
import { toTerminalEnvironment } from "./terminal-environment.ts";
import type { TerminalOutput } from "./terminal-output.ts";

export interface StartShellDeps {
  host: Pick<PtyHost, "open">;
  login: Pick<LoginEnvironment, "variables">;
  trust: Pick<Trust, "isTrusted">;
  git: Pick<Git, "guardVariables">;
  ports: Pick<PortBlocks, "variables">;
  /** The daemon's allow-list, with the markers of this run. */
  env: Readonly<Record<string, string>>;
}

export interface StartShellInput {
  record: TerminalRecord;
  worktree: Worktree;
  output: TerminalOutput;
  /** Programs to run instead of the shell, one after the other. */
  steps: readonly (readonly string[])[] | null;
  onEnd(exit: ProgramExit): void;
}

/**
 * Starts the person's shell, or `steps`, in a worktree. In an untrusted project, git in it runs no program that the repository names. Fault:
 * `terminal_refused`, those of git.
 */
export async function startShell(
  deps: StartShellDeps,
  { record, worktree, output, steps, onEnd }: StartShellInput,
): Promise<RunningTerminal> {
  const { env, git, host, ports, trust } = deps;
  const isRestricted = !(await trust.isTrusted(worktree));
  const login = deps.login.variables;
  const guards = isRestricted ? await git.guardVariables(worktree.path) : {};
  const mark = toTerminalMark(record.sessionId, record.id);
  // What git asks, the person answers: also where its guards would have it ask nobody, as they do for an agent.
  const own = { ...(await ports.variables(worktree)), ...guards, GIT_TERMINAL_PROMPT: "1", ...mark };
  const program = {
    // A shell that is not told what a login sets finds it out itself.
    ...(steps === null ? { file: findShell(env), argv: login === null ? ["-l"] : [] } : toStepsProgram(steps)),
    cwd: worktree.path,
    env: toTerminalEnvironment({ base: env, login, own }),
    cols: record.cols,
    rows: record.rows,
  };
  return RunningTerminal.start(host, { record, isRestricted, isShell: steps === null, output, program, onEnd }).catch((error: unknown) => {
    throw new DomainError({ kind: "terminal_refused", reason: (error as Error).message }, { cause: error });
  });
}

/** Returns the person's login shell. */
export function findShell(env: Readonly<Record<string, string>>): string {
  const named = env["SHELL"] || userInfo().shell || "";
  return named.startsWith("/") && !/\/(?:nologin|false)$/.test(named) ? named : "/bin/sh";
}
