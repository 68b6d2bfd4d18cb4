import type { Loss } from "../../packages/testkit/src/record-fault.ts";

const WORK: readonly Loss[] = ["bytesLost"];
const TURNS: readonly Loss[] = ["eventsLost", "stuckTurns"];
const PROGRAMS: readonly Loss[] = ["orphans"];

/** What a fault cannot cost, because nothing of it is there where the fault happens. */
export const NOT_APPLICABLE: Readonly<Record<string, readonly Loss[]>> = {
  // A migration, a damaged page: before any worktree is touched, any turn runs, any program is started.
  F5: [...WORK, "stuckTurns", ...PROGRAMS],
  // Lines, readers and clocks: no file of anybody's work is written.
  F6: WORK,
  F7: WORK,
  F8: WORK,
  F16: WORK,
  F17: WORK,
  F18: [...WORK, ...PROGRAMS],
  F22: WORK,
  F23: WORK,
  F24: WORK,
  F28: WORK,
  F29: WORK,
  F37: [...WORK, ...PROGRAMS],
  // One edit of files, while no turn runs.
  F9: [...TURNS, ...PROGRAMS],
  F10: [...TURNS, ...PROGRAMS],
  F25: [...TURNS, ...PROGRAMS],
  F26: [...TURNS, ...PROGRAMS],
  // Git alone, or a look that changes nothing.
  F12: [...TURNS, ...PROGRAMS],
  F14: [...TURNS, ...PROGRAMS],
  F30: [...TURNS, ...PROGRAMS, "leakedHandles"],
  F32: [...TURNS, ...PROGRAMS],
  F34: [...TURNS, ...PROGRAMS],
  // What an agent says is no file.
  F19: WORK,
  F20: WORK,
  // A program that does not start writes nothing, and says nothing.
  F35: [...WORK, "eventsLost"],
};
