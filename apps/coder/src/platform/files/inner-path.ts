import { isAbsolute, relative, resolve, sep } from "node:path";

/** A path as it is shown: relative to the folder if it is inside it or is the folder itself, otherwise null. */
export function toInnerPath(path: string, root: string): string | null {
  const inner = relative(root, resolve(root, path));
  if (inner === ".." || inner.startsWith(`..${sep}`) || isAbsolute(inner)) return null;
  return inner.split(sep).join("/");
}
