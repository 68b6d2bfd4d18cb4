/** The end of an address that shows a file of the changes. */
export function toFileFragment(path: string): string {
  return `#file=${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Returns the path that an address shows; null if it names none. */
export function fromFileFragment(fragment: string): string | null {
  if (!fragment.startsWith("#file=")) return null;
  try {
    return decodeURIComponent(fragment.slice("#file=".length)) || null;
  } catch {
    return null;
  }
}
