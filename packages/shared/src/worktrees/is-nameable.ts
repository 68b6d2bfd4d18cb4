/** What a file system somewhere takes for git's own folder, whatever the case of its letters. */
const GIT_FOLDER = /(?:^|\/|[^/]\\)(?:\.git|git~1)[. ]*(?:$|[/\\:])/i;
/** The short names that Windows may give `.gitmodules`. */
const SHORT_NAMES = [
  "gitmod~[1-4]",
  "gi7eba~[1-9]",
  "gi7eb~[1-9]\\d",
  "gi7e~[1-9]\\d{2}",
  "gi7~[1-9]\\d{3}",
  "gi~[1-9]\\d{4}",
  "g~[1-9]\\d{5}",
  "~[1-9]\\d{6}",
];
const GITMODULES_LINK = new RegExp(`(?:^|/|[^/]\\\\)(?:\\.gitmodules|${SHORT_NAMES.join("|")})[. ]*(?:$|:)|(?:^|/)\\.gitmodules/`, "i");

/** Whether git takes a file or link of this name into a tree. Any other it passes over, and says so nowhere but on its standard error. */
export function isNameable(path: string, kind: "file" | "link"): boolean {
  return !GIT_FOLDER.test(path) && !(kind === "link" && GITMODULES_LINK.test(path));
}
