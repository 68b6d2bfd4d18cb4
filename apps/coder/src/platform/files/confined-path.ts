import { cutText } from "@boocode/shared/text/cut-text";
/** A rejected path. The message gives the reason and is safe to show to an agent or a person. */
export class PathRefused extends Error {
  override readonly name = "PathRefused";
}

const MAX_PATH_LENGTH = 4_096;
/** Code points that some file systems ignore in names: `.g<200c>it` is `.git` there. */
const IGNORED_IN_NAMES = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * Splits a path inside `root` into its components without accessing the disk. An empty list means the root itself.
 *
 * Accepts relative paths and absolute paths below `root`. Throws {@link PathRefused} for paths outside `root` and for git's own files.
 */
export function toComponents(root: string, path: string): string[] {
  if (path.length > MAX_PATH_LENGTH) throw new PathRefused("the path is too long");
  if (path.includes("\0")) throw new PathRefused("the path contains a NUL byte");
  const relative = path.startsWith("/") ? relativeTo(root, path) : path;
  const components = relative.split("/").filter((component) => component !== "" && component !== ".");
  for (const component of components) checkComponent(component, path);
  return components;
}

/**
 * Resolves a link found below `prefix`, a path of real folders, to components from the root. A `..` after a name stays in them: that name may
 * be a link itself, so only whoever follows it knows what is above. Throws {@link PathRefused} if the target is outside.
 */
export function followLink(root: string, prefix: readonly string[], target: string): string[] {
  const isAbsolute = target.startsWith("/");
  const resolved = isAbsolute ? [] : [...prefix];
  let realCount = resolved.length;
  for (const component of (isAbsolute ? relativeTo(root, target) : target).split("/")) {
    if (component === "" || component === ".") continue;
    if (component !== "..") checkComponent(component, target);
    if (component !== ".." || resolved.length > realCount) resolved.push(component);
    else {
      if (resolved.pop() === undefined) throw leadsOut();
      realCount -= 1;
    }
  }
  return resolved;
}

/** The refusal of a link by which a path would leave the folder. */
export const leadsOut = () => new PathRefused("a symbolic link on the path leads out of the worktree");

/** Whether any file system would treat a name as `.git`. Handles case, trailing dots, short names and invisible characters. */
export function isGitName(name: string): boolean {
  const plain = name.replace(IGNORED_IN_NAMES, "").toLowerCase();
  return /^(?:\.git|git~\d+)[. ]*(?::.*)?$/.test(plain);
}

function relativeTo(root: string, path: string): string {
  if (path === root) return "";
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1);
  throw new PathRefused(`${shown(path)} is outside the worktree; give a path relative to it`);
}

function checkComponent(component: string, path: string): void {
  if (component === "..") throw new PathRefused(`${shown(path)} may lead out of the worktree: \`..\` is not allowed`);
  if (isGitName(component)) throw new PathRefused(`${shown(path)} belongs to git and must not be accessed`);
}

const shown = (path: string) => `“${path.length > 200 ? `${cutText(path, 200)}…` : path}”`;
