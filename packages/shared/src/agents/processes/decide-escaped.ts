/** A process without the marks that everything BooCode starts inherits. Times are in the system's own unit. */
export interface UnmarkedProcess {
  pid: number;
  parent: number;
  startedAt: number;
  /** It works in the session's worktree. */
  isInWorktree: boolean;
  hasTerminal: boolean;
  /** The names in its environment; null if they could not be read. */
  variables: readonly string[] | null;
  /** It is in the cgroup of this run of the daemon, so that it was started by BooCode or by something that BooCode started. */
  isContained: boolean;
}

/** A turn of any session. `endedAt` is null while it runs. */
export interface TurnTimes {
  isOfSession: boolean;
  startedAt: number;
  endedAt: number | null;
}

export interface EscapeFacts {
  processes: readonly UnmarkedProcess[];
  /** The daemon, and every process that carries a mark. */
  known: ReadonlySet<number>;
  /** The processes that adopt those whose parent has ended. */
  adopters: ReadonlySet<number>;
  /** True if this run has a cgroup. Then nothing outside it was started by an agent. */
  hasCgroup: boolean;
  turns: readonly TurnTimes[];
}

/** What a login gives to everything that a person starts. */
const OF_A_LOGIN = /^(?:USER|LOGNAME|TERM|SHELL|DISPLAY|WAYLAND_DISPLAY|LANG|XDG_.*|SSH_.*|DBUS_.*|INVOCATION_ID)$/;

/**
 * Returns the processes of a session that dropped their environment, and with it their mark, and also left their parent (`env -i` with a
 * double fork).
 *
 * In a cgroup of ours, a process belongs to the session in whose worktree it works, or to the only session that had a turn when it started.
 * Without one there is only circumstantial evidence: it works in the worktree, has no parent, no terminal and nothing of a login in its
 * environment, and began after the session's first turn. A process that a person started does not look like that.
 */
export function decideEscaped({ processes, known, adopters, hasCgroup, turns }: EscapeFacts): number[] {
  const first = Math.min(...turns.filter(({ isOfSession }) => isOfSession).map(({ startedAt }) => startedAt));
  const isOfOnlyTurn = (at: number) => {
    const running = turns.filter(({ startedAt, endedAt }) => startedAt <= at && (endedAt === null || at <= endedAt));
    return running.length > 0 && running.every(({ isOfSession }) => isOfSession);
  };
  const byPid = new Map(processes.map((one) => [one.pid, one]));
  const isLoose = (one: UnmarkedProcess): boolean => {
    for (let now: UnmarkedProcess | undefined = one, steps = 0; now && steps <= processes.length; now = byPid.get(now.parent), steps += 1) {
      if (known.has(now.parent)) return false;
      if (adopters.has(now.parent)) return true;
    }
    return false;
  };
  return processes
    .filter((one) => {
      if (known.has(one.pid) || one.startedAt < first || !isLoose(one)) return false;
      if (hasCgroup) return one.isContained && (one.isInWorktree || isOfOnlyTurn(one.startedAt));
      return one.isInWorktree && !one.hasTerminal && one.variables !== null && !one.variables.some((name) => OF_A_LOGIN.test(name));
    })
    .map(({ pid }) => pid);
}
