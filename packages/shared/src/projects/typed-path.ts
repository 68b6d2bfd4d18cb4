/** Marks that some programs put around the paths they copy: white space, line ends, byte order marks and marks of direction. */
const AROUND = /^[\s\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+|[\s\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+$/g;
const QUOTES = /^["'`“‘«]+|["'`”’»]+$/g;
const FILE_ADDRESS = /^file:(?:\/\/(?:localhost)?)?(?=\/(?!\/))/i;

/**
 * Reads a path as people paste it: its first line, without the quotes around it, as a `file:` address, or with a terminal's backslashes.
 * What is no such form is returned as it is; the path is not checked.
 */
export function toTypedPath(text: string): string {
  const line = text.split(/[\r\n]+/).find((each) => each.replaceAll(AROUND, "") !== "") ?? "";
  const bare = line.replaceAll(AROUND, "");
  const unquoted = bare.replaceAll(QUOTES, "").replaceAll(AROUND, "");
  const [address] = FILE_ADDRESS.exec(unquoted) ?? [];
  if (address !== undefined) return decodeAddress(unquoted.slice(address.length));
  // Within quotes a shell keeps backslashes.
  return unquoted === bare ? unquoted.replaceAll(/\\([\s'"`\\()[\]{}&;$!#*?<>|~])/g, "$1") : unquoted;
}

/** The whole path in a pasted text; null if the text is only a part of one, to be inserted where the cursor is. */
export function toPastedPath(text: string): string | null {
  const path = toTypedPath(text);
  return /^(?:\/|~(?:[^/\s]*\/|[^/\s]*$))/.test(path) ? path : null;
}

/**
 * The field's text after typing. It begins as `~/`, so that its folders are listed; whoever types a path from its beginning behind that
 * means that path alone.
 */
export function toNextPath(before: string, next: string): string {
  return before === "~/" && /^~\/[/~]$/.test(next) ? next.slice(2) : next;
}

function decodeAddress(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A percent sign that encodes nothing stands for itself.
    return path;
  }
}
