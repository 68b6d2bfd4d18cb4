import type { ConflictReason } from "./conflict-reason.ts";
import { isSameState, type FileMode, type FileState } from "./file-edit.ts";
import type { FoundState } from "./found-state.ts";

export interface ApplyFileInput {
  /** What the person saw as old. */
  base: FileState;
  /** What the person chose: the worktree's state, or the base with some hunks. */
  chosen: FileState;
  /** What the project's checkout has. */
  checkout: FoundState;
}

/**
 * What applying a change to one path of the checkout means. `keep`: it has the result already; `write`: the state to write; `merge`: three
 * contents to be merged, with the mode of the result; `conflict`: nothing can be written.
 */
export type ApplyFile =
  | { kind: "keep" }
  | { kind: "write"; to: FileState }
  | { kind: "merge"; mode: FileMode; base: string; chosen: string; checkout: string }
  | { kind: "conflict"; because: ConflictReason };

/** Decides for one path, three-way: what only one side changed is taken, and what both changed must agree or be merged line by line. */
export function decideApplyFile({ base, chosen, checkout }: ApplyFileInput): ApplyFile {
  const here = toState(checkout);
  if (here === "blocked" || here === "folder") return conflict(toBlockedReason(checkout));
  if (isSameState(here, chosen)) return { kind: "keep" };
  // The commit of a nested repository is not a file: it is moved if only the worktree has moved it, and made or removed never.
  const modules = [base, chosen, here].filter((state) => state?.mode === "160000").length;
  if (modules > 0 && (modules < 3 || !isSameState(here, base))) return conflict("submodule");
  if (isSameState(here, base)) return { kind: "write", to: chosen };
  if (base === null) return conflict("added_there");
  if (here === null) return conflict("deleted_there");
  if (chosen === null) return conflict("edited");
  if (!isRegular(base) || !isRegular(chosen) || !isRegular(here)) return conflict(isSameKind(base, chosen, here) ? "edited" : "kind");

  const mode = here.mode === base.mode ? chosen.mode : here.mode;
  if (chosen.oid === base.oid || chosen.oid === here.oid) return { kind: "write", to: { mode, oid: here.oid } };
  if (here.oid === base.oid) return { kind: "write", to: { mode, oid: chosen.oid } };
  return { kind: "merge", mode, base: base.oid, chosen: chosen.oid, checkout: here.oid };
}

const conflict = (because: ConflictReason): ApplyFile => ({ kind: "conflict", because });
const isRegular = (state: NonNullable<FileState>) => state.mode.startsWith("100");
const isSameKind = (...states: NonNullable<FileState>[]) => new Set(states.map(({ mode }) => mode.slice(0, 3))).size === 1;

function toState(found: FoundState): FileState | "blocked" | "folder" {
  switch (found.kind) {
    case "nothing":
      return null;
    case "file":
      return found.state;
    case "folder":
      return "folder";
    case "blocked":
    case "other":
      return "blocked";
  }
}

function toBlockedReason(found: FoundState): ConflictReason {
  if (found.kind === "blocked" && found.isLink) return "link_in_the_way";
  return "in_the_way";
}
