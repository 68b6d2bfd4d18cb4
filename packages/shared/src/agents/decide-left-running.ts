/** A process with an agent's mark, as the system lists it. Times are the system's, in a unit of its own. */
export interface RunningProcess {
  pid: number;
  parent: number;
  startedAt: number;
}

export interface ProcessLook {
  /** All that carry the chat's mark. */
  processes: readonly RunningProcess[];
  /** Whose children the agents' own processes are. */
  daemon: number;
}

/** A turn, and how long after its own beginning an agent still starts what it needs itself. */
export interface TurnLook extends ProcessLook {
  turnStartedAt: number;
  openingTime: number;
}

/**
 * What a turn's agent started and left running, when the turn was stopped: that is ended. The agent's own process stays, and so does what
 * it had beside it when the turn began: its helpers, and what an earlier turn left running on purpose.
 */
export function decideLeftByTurn({ processes, daemon, turnStartedAt, openingTime }: TurnLook): number[] {
  const rootOf = findRoots(processes, daemon);
  return processes
    .filter(({ pid, parent, startedAt }) => {
      if (parent === daemon || startedAt < turnStartedAt) return false;
      const root = rootOf(pid);
      // An agent that was started anew within the turn brings its helpers along.
      return root === null || root.startedAt < turnStartedAt || startedAt > root.startedAt + openingTime;
    })
    .map(({ pid }) => pid);
}

export interface BackgroundLook extends ProcessLook {
  /** When each of the chat's turns began, as far as that is known, oldest first. */
  turnsStartedAt: readonly number[];
  /** When the turn began that runs now; null between turns. What it started is its own business. */
  runningSince: number | null;
}

/**
 * What runs in the background: started by a turn that is over, alive still, and no part of the agent itself. What one of them has started
 * in its turn is not named beside it.
 */
export function decideBackground({ processes, daemon, turnsStartedAt, runningSince }: BackgroundLook): number[] {
  const rootOf = findRoots(processes, daemon);
  const background = processes.filter(({ pid, parent, startedAt }) => {
    if (parent === daemon || (runningSince !== null && startedAt >= runningSince)) return false;
    const root = rootOf(pid);
    if (root === null) return true;
    // What an agent starts before its first turn is a helper of its own.
    const firstTurn = turnsStartedAt.find((at) => at >= root.startedAt);
    return firstTurn !== undefined && startedAt >= firstTurn;
  });
  const pids = new Set(background.map(({ pid }) => pid));
  return background.filter(({ parent }) => !pids.has(parent)).map(({ pid }) => pid);
}

/** The agent's own process above another; null for one that left its tree. */
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
