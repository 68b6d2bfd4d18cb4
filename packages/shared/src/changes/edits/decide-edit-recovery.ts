/**
 * What one path of an interrupted edit holds now. `lost`: what a power cut has left of what the edit wrote, so nothing of anybody's; `third`:
 * anything else.
 */
export interface RecoveredFile {
  path: string;
  holds: "before" | "after" | "lost" | "third";
}

/**
 * How an interrupted edit goes on. `forward`: the listed paths are still to be written; `back`: the listed paths are to be returned to what
 * they were; `attention`: the listed paths hold content of somebody else, nothing is written, and a person decides.
 */
export type EditRecovery = { kind: "forward" | "back" | "attention"; paths: string[] };

/** Decides how an edit that a crash interrupted goes on: forward where it was being written, back where it was being taken back. */
export function decideEditRecovery(state: "started" | "reverting", files: readonly RecoveredFile[]): EditRecovery {
  const toPaths = (...holds: RecoveredFile["holds"][]) => files.filter((file) => holds.includes(file.holds)).map(({ path }) => path);
  const third = toPaths("third");
  if (third.length > 0) return { kind: "attention", paths: third };
  return state === "started" ? { kind: "forward", paths: toPaths("before", "lost") } : { kind: "back", paths: toPaths("after", "lost") };
}
