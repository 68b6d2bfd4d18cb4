/** Returns where a path is after a file or folder was renamed, or removed (`to` is null); null if it is gone. */
export function toMovedPath(path: string, from: string, to: string | null): string | null {
  if (path !== from && !path.startsWith(`${from}/`)) return path;
  return to === null ? null : `${to}${path.slice(from.length)}`;
}
