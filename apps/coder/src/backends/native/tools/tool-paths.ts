import { cutText } from "@boocode/shared/text/cut-text";
import { toComponents } from "../../../platform/files/confined-path.ts";

/** A path as it is shown and attributed: relative to the worktree, `.` for itself. As given where it will be refused. */
export function toShownPath(root: string, path: string): string {
  try {
    return toComponents(root, path).join("/") || ".";
  } catch {
    return path.length > 200 ? `${cutText(path, 200)}…` : path;
  }
}

/** The paths among those given that lie in the worktree, normalised. */
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
