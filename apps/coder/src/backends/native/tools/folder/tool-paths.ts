import { cutText } from "@boocode/shared/text/cut-text";
import { toComponents } from "../../../../platform/files/confined-path.ts";

/** Makes a path for display and attribution: relative to the worktree, or `.` for the worktree itself. A path that will be refused stays as given. */
export function toShownPath(root: string, path: string): string {
  try {
    return toComponents(root, path).join("/") || ".";
  } catch {
    return path.length > 200 ? `${cutText(path, 200)}…` : path;
  }
}

/** Returns the given paths that are inside the worktree, normalised. */
export function toNamedPaths(root: string, paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    try {
      const components = toComponents(root, path);
      return components.length > 0 ? [components.join("/")] : [];
    } catch {
      return [];
    }
  });
}
