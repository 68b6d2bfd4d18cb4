/** Names that some file system treats as git's own folder, regardless of case. */
const GIT_FOLDER = /(?:^|\/|[^/]\\)(?:\.git|git~1)[. ]*(?:$|[/\\:])/i;
/** The short names Windows may give `.gitmodules`. */
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

/** Returns whether git accepts a file or link of this name in a tree. Git skips any other name and reports it only on stderr. */
export function isNameable(path: string, kind: "file" | "link"): boolean {
  return !GIT_FOLDER.test(path) && !(kind === "link" && GITMODULES_LINK.test(path));
}
