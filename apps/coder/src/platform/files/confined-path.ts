import { cutText } from "@boocode/shared/text/cut-text";
/** A path that may not be used, with the reason in words that may be shown to an agent or a person. */
export class PathRefused extends Error {
  override readonly name = "PathRefused";
}

const MAX_PATH_LENGTH = 4_096;
/** Code points that some file systems ignore in names: `.g<200c>it` is `.git` there. */
const IGNORED_IN_NAMES = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * Splits a path inside `root` into its components, without touching the disk. An empty list is the root itself.
 *
 * Takes relative paths, and absolute ones that lie below `root`. Throws {@link PathRefused} for everything that leads out or into git's own files.
 */
export function toComponents(root: string, path: string): string[] {
  if (path.length > MAX_PATH_LENGTH) throw new PathRefused("the path is too long");
  if (path.includes("\0")) throw new PathRefused("the path contains a NUL byte");
  const relative = path.startsWith("/") ? relativeTo(root, path) : path;
  const components = relative.split("/").filter((component) => component !== "" && component !== ".");
  for (const component of components) checkComponent(component, path);
  return components;
}

/** Where a link found below `prefix` points, as components from the root. Throws {@link PathRefused} where that is outside. */
export function followLink(root: string, prefix: readonly string[], target: string): string[] {
  const isAbsolute = target.startsWith("/");
  const resolved = isAbsolute ? [] : [...prefix];
  for (const component of (isAbsolute ? relativeTo(root, target) : target).split("/")) {
    if (component === "" || component === ".") continue;
    if (component !== "..") resolved.push(component);
    else if (resolved.pop() === undefined) throw new PathRefused("a symbolic link on the path leads out of the worktree");
  }
  for (const component of resolved) checkComponent(component, target);
  return resolved;
}

/** Whether a name is git's own folder on any file system: case, trailing dots, short names and invisible characters included. */
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
  if (isGitName(component)) throw new PathRefused(`${shown(path)} belongs to git; its files are not to be touched`);
}

const shown = (path: string) => `“${path.length > 200 ? `${cutText(path, 200)}…` : path}”`;
