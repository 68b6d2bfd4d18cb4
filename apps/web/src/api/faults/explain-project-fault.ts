import type { Fault } from "@boocode/shared/faults/fault";
import { describeKept } from "./describe-kept.ts";

/** The faults of a project's folder, and of what its repository wants to run. */
type ProjectFault = Extract<
  Fault,
  {
    kind:
      | "path_not_found"
      | "path_not_absolute"
      | "not_a_directory"
      | "path_unreadable"
      | "not_a_repository"
      | "bare_repository"
      | "no_commits"
      | "inside_data_dir"
      | "project_not_found"
      | "project_gone"
      | "project_busy"
      | "project_not_trusted"
      | "trust_changed"
      | "trust_unknown";
  }
>;

interface ProjectExplanation {
  title: string;
  hint: string;
  action: "choose_agent" | "reload" | "retry" | null;
}

/** The text shown when a folder cannot be opened as a project, or the project does not allow what was asked. */
export function explainProjectFault(fault: ProjectFault): ProjectExplanation {
  switch (fault.kind) {
    case "path_not_found":
      return say("There is no such folder", `Nothing is at ${fault.path}. Check the spelling.`);
    case "path_not_absolute":
      return say("The path must be absolute", "Begin it with / or ~.");
    case "not_a_directory":
      return say("That is a file, not a folder", "Enter the folder of the repository.");
    case "path_unreadable":
      return say("The folder cannot be read", `${fault.reason}. Check its permissions.`, "retry");
    case "not_a_repository":
      return say("That folder is not a git repository", `Run git init in ${fault.path} and make a first commit, or choose another folder.`);
    case "bare_repository":
      return say("That repository is bare", "It has no files to work on. Clone it and open the clone.");
    case "no_commits":
      return say("The repository has no commits yet", "Agents work on a branch, and a branch needs a commit to start from.");
    case "inside_data_dir":
      return say("That folder belongs to BooCode itself", "Choose a repository outside BooCode's data directory.");
    case "project_not_found":
      return say("That project is no longer registered", "Its files are untouched. Open the repository again.", "reload");
    case "project_gone":
      return say(
        "The project's repository was moved or deleted",
        `There is no git repository at ${fault.path} any more. Move it back, or open it from its new location. Nothing was changed.`,
        "retry",
      );
    case "project_busy":
      return say("The project still has work here", `${describeKept(fault)} Nothing was removed, and no file of it is touched.`);
    case "project_not_trusted":
      return say(
        `${fault.agent} cannot start without this repository's own configuration`,
        "Look at what the repository wants to run and trust it, or choose another agent.",
        "choose_agent",
      );
    case "trust_changed":
      return say("The files have changed since you were shown them", "Nothing was decided. Review what is there now.", "reload");
    case "trust_unknown":
      return say(
        "What the repository wants to run could not be checked",
        `${fault.reason} Nothing of it runs until it has been checked.`,
        "retry",
      );
  }
}

function say(title: string, hint: string, action: ProjectExplanation["action"] = null): ProjectExplanation {
  return { title, hint, action };
}
