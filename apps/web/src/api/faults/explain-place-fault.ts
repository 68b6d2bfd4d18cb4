import type { Fault } from "@boocode/shared/faults/fault";

type AdoptFault = Extract<Fault, { kind: "not_adoptable" }>;

/** The faults of a session's worktree and its terminals. */
type PlaceFault = Extract<
  Fault,
  {
    kind:
      | "terminal_not_found"
      | "terminal_ended"
      | "terminal_full"
      | "terminal_busy"
      | "terminal_refused"
      | "base_ref_not_found"
      | "not_adoptable"
      | "worktree_not_made"
      | "worktree_missing"
      | "worktree_elsewhere"
      | "worktree_not_repairable";
  }
>;

interface PlaceExplanation {
  title: string;
  hint: string;
  action: "reload" | "retry" | null;
}

/** The text shown when a worktree is not as expected, or a terminal does not do what was asked. */
export function explainPlaceFault(fault: PlaceFault): PlaceExplanation {
  switch (fault.kind) {
    case "terminal_not_found":
      return { title: "That terminal has been closed", hint: "The list has been refreshed.", action: "reload" };
    case "terminal_ended":
      return { title: "The terminal has ended", hint: "What you typed went nowhere. Start it again.", action: "reload" };
    case "terminal_full":
      return {
        title: "The program in the terminal reads nothing",
        hint: "What you typed last went nowhere. If output was stopped with Ctrl+S, Ctrl+Q goes on; else wait for it, or close the terminal.",
        action: null,
      };
    case "terminal_busy":
      return {
        title: "A program runs in that terminal",
        hint: `${fault.programs[0]?.name ?? "It"} would be ended. Nothing was closed.`,
        action: null,
      };
    case "terminal_refused":
      return { title: "The system started no terminal", hint: `${fault.reason}. Close some programs and try again.`, action: "retry" };
    case "base_ref_not_found":
      return {
        title: `There is no branch, tag or commit called ${fault.baseRef}`,
        hint: "Choose another one to start from.",
        action: null,
      };
    case "not_adoptable":
      return { ...explainRefusal(fault), action: "reload" };
    case "worktree_not_made":
      return { title: "The session has no worktree yet", hint: "It gets one with its first message or terminal.", action: null };
    case "worktree_missing":
      return {
        title: "The session's worktree is gone",
        hint: `${fault.path} was moved or deleted outside BooCode. Checkpoints of its work are kept in the repository.`,
        action: null,
      };
    case "worktree_elsewhere":
      return {
        title: "Git uses another folder as the session's worktree",
        hint: `The repository's setting core.worktree points from ${fault.path} to ${fault.found}. Nothing was written. Remove the setting, or open a separate clone of the repository.`,
        action: null,
      };
    case "worktree_not_repairable":
      return {
        title: "The worktree could not be repaired that way",
        hint: `${fault.reason} Nothing was overwritten.`,
        action: null,
      };
  }
}

/** Why a worktree or a branch cannot become a session's. */
function explainRefusal({ what, because, at }: AdoptFault): Omit<PlaceExplanation, "action"> {
  switch (because) {
    case "foreign":
      return { title: "That is no worktree of this project", hint: `git worktree list does not have ${what}. Nothing was changed.` };
    case "checkout":
      return {
        title: "That is a project's own folder",
        hint: "Changes are applied there, so agents work beside it. Choose a branch, or another worktree.",
      };
    case "session":
      return { title: "Another session has it", hint: `${what} belongs to one session at a time. Open that session, or delete it first.` };
    case "boocode":
      return { title: "BooCode made that worktree", hint: "Look for its session in the list, in the archive or in the trash." };
    case "missing":
      return {
        title: "That worktree is gone",
        hint: `${what} was moved or deleted, or is not linked to the repository any more. git worktree repair may help.`,
      };
    case "no_branch":
      return { title: `There is no branch called ${what}`, hint: "It may have been renamed or deleted. The list has been refreshed." };
    case "checked_out":
      return {
        title: `${what} is checked out in another folder`,
        hint: `Git allows a branch in one folder at a time. Use the worktree ${at ?? "there"} itself, or check out something else there.`,
      };
  }
}
