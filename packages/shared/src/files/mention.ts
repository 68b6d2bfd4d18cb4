/** The most mentions of one prompt that are looked at. */
const MAX_MENTIONS = 50;
const MAX_PATH_CHARS = 4_096;
/** What often follows a path in a sentence and is not part of it. */
const TRAILING = ".,;:!?)]}>'\"`";

/** Writes a path as a mention in a prompt. One with white space, quotes or an end that a sentence could have is quoted. */
export function toMention(path: string): string {
  // oxlint-disable-next-line no-control-regex -- A name can have any of them.
  const isPlain = /^[^\s"'`\u0000-\u001f\u007f]+$/.test(path) && trimEnd(path) === path;
  return isPlain ? `@${path}` : `@${JSON.stringify(path)}`;
}

/** A mention in a prompt. */
export interface Mention {
  /** The paths that it may mean, the most likely first: with what stands at its end, and without. */
  paths: readonly string[];
  /** It is certainly meant as a path. */
  isQuoted: boolean;
}

/** Finds what a prompt mentions with `@`, each once, in order, at most fifty. An address such as `ada@example.org` is none. */
export function findMentions(text: string): Mention[] {
  const found = new Map<string, Mention>();
  for (const [, quoted, plain = ""] of text.matchAll(/(?<![^\s([{'"`])@(?:("(?:[^"\\\n]|\\.){0,4096}")|([^\s"@]\S*))/g)) {
    const path = quoted === undefined ? plain : unquote(quoted);
    if (path === null || path === "" || path.length > MAX_PATH_CHARS || path.includes("\0")) continue;
    const bare = quoted === undefined ? trimEnd(path) : path;
    const paths = [...new Set([path, bare])].filter((each) => each !== "");
    found.set(path, { paths, isQuoted: quoted !== undefined });
    if (found.size === MAX_MENTIONS) break;
  }
  return [...found.values()];
}

/** By hand: a search for the end with a pattern takes quadratic time on a long run of such characters. */
function trimEnd(path: string): string {
  let end = path.length;
  while (end > 0 && TRAILING.includes(path[end - 1]!)) end -= 1;
  return path.slice(0, end);
}

function unquote(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}
