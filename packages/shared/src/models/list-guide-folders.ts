/** Deeper folders, and more of them, are not looked into for one tool call. */
const MAX_DEPTH = 16;
const MAX_FOLDERS = 40;

/**
 * Lists the folders whose guides apply to paths: those around each path, and the path itself, which may be a folder. Outer folders come
 * before those inside them; the root is not among them. Paths are relative to the root, with `/`.
 */
export function listGuideFolders(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const names = path.split("/").filter((name) => name !== "" && name !== ".");
    if (names.includes("..")) continue;
    for (let depth = 1; depth <= Math.min(names.length, MAX_DEPTH); depth += 1) {
      if (folders.size < MAX_FOLDERS) folders.add(names.slice(0, depth).join("/"));
    }
  }
  return [...folders];
}
