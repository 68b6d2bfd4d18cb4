/** A process that carries an agent's marker, as the operating system lists it. Times are in the system's own unit. */
export interface RunningProcess {
  pid: number;
  parent: number;
  startedAt: number;
}

export interface ProcessFacts {
  /** All processes that carry the chat's marker. */
  processes: readonly RunningProcess[];
  /** Pid of the daemon, the parent of the agents' own processes. */
  daemon: number;
}

/** A turn, and how long after its own start an agent may still start its helpers. */
export interface TurnFacts extends ProcessFacts {
  turnStartedAt: number;
  openingTime: number;
}

/**
 * Returns the processes that a stopped turn's agent started and left running, which are to be ended. The agent's own process stays, and so
 * does everything that ran beside it when the turn began: its helpers, and what an earlier turn left running on purpose.
 */
export function decideLeftByTurn({ processes, daemon, turnStartedAt, openingTime }: TurnFacts): number[] {
  const rootOf = findRoots(processes, daemon);
  return processes
    .filter(({ pid, parent, startedAt }) => {
      if (parent === daemon || startedAt < turnStartedAt) return false;
      const root = rootOf(pid);
      // An agent that restarted during the turn brings its own helpers.
      return root === null || root.startedAt < turnStartedAt || startedAt > root.startedAt + openingTime;
    })
    .map(({ pid }) => pid);
}

export interface BackgroundFacts extends ProcessFacts {
  /** Start times of the chat's turns, if known, oldest first. */
  turnsStartedAt: readonly number[];
  /** Start time of the running turn; null between turns. Processes started by the running turn are not counted. */
  runningSince: number | null;
}

/**
 * Returns the background processes: started by a finished turn, still alive, and not part of the agent itself. Their descendants are not
 * listed separately.
 */
export function decideBackground({ processes, daemon, turnsStartedAt, runningSince }: BackgroundFacts): number[] {
  const rootOf = findRoots(processes, daemon);
  const background = processes.filter(({ pid, parent, startedAt }) => {
    if (parent === daemon || (runningSince !== null && startedAt >= runningSince)) return false;
    const root = rootOf(pid);
    if (root === null) return true;
    // Everything an agent starts before its first turn is its own helper.
    const firstTurn = turnsStartedAt.find((at) => at >= root.startedAt);
    return firstTurn !== undefined && startedAt >= firstTurn;
  });
  const pids = new Set(background.map(({ pid }) => pid));
  return background.filter(({ parent }) => !pids.has(parent)).map(({ pid }) => pid);
}

/** Finds the agent's own process above a process; null if the process has left that tree. */
function findRoots(processes: readonly RunningProcess[], daemon: number): (pid: number) => RunningProcess | null {
  const byPid = new Map(processes.map((one) => [one.pid, one]));
  return (pid) => {
    const seen = new Set<number>();
    for (let at = byPid.get(pid); at !== undefined && !seen.has(at.pid); at = byPid.get(at.parent)) {
      if (at.parent === daemon) return at;
      seen.add(at.pid);
    }
    return null;
  };
}
