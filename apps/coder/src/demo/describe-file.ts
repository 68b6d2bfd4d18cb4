import { cutText } from "@boocode/shared/text/cut-text";
const MAX_NAMES = 8;

/** Describes a file's text by verifiable facts: sizes, headings, exported names, keys. Gives no opinion. */
export function describeFile(path: string, text: string, isWhole: boolean): string {
  const lines = countLines(text);
  const size = isWhole
    ? `${countOf(lines, "line")} and ${countOf(text.length, "character")}`
    : `more than ${countOf(lines, "line")}; what follows is about the part I read`;
  const facts = [text.length === 0 ? `\`${path}\` is empty.` : `\`${path}\` has ${size}.`];
  const headings = [...text.matchAll(/^#{1,6}[ \t]+(.+?)[ \t#]*$/gm)].map((match) => match[1]!);
  if (/\.(?:md|markdown|mdx)$/i.test(path) && headings.length > 0)
    facts.push(`It has ${countOf(headings.length, "heading")}: ${namesOf(headings)}.`);
  if (/\.[cm]?[jt]sx?$/i.test(path)) {
    const exported = [
      ...text.matchAll(
        /^\s*export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|const|let|var|interface|type|enum)\s+([\w$]+)/gm,
      ),
    ];
    const imported = [...text.matchAll(/^\s*import\b[^"'\n]*["']([^"']+)["']/gm)];
    facts.push(exported.length > 0 ? `It exports ${namesOf(exported.map((match) => `\`${match[1]!}\``))}.` : "It exports nothing by name.");
    if (imported.length > 0) facts.push(`It imports from ${namesOf(imported.map((match) => `\`${match[1]!}\``))}.`);
  }
  if (/\.py$/i.test(path)) {
    const defined = [...text.matchAll(/^(?:async\s+)?(?:def|class)\s+(\w+)/gm)].map((match) => `\`${match[1]!}\``);
    if (defined.length > 0) facts.push(`It defines ${namesOf(defined)}.`);
  }
  if (/\.json$/i.test(path) && isWhole) facts.push(describeJson(text));
  const first = text
    .split("\n")
    .find((line) => line.trim().length > 0)
    ?.trim();
  if (first) facts.push(`Its first line with words is: \`${cutText(first, 120).replaceAll("`", "'")}\``);
  return facts.join(" ");
}

/** Counts lines as an editor does: a last line without a newline counts too. */
export function countLines(text: string): number {
  if (text.length === 0) return 0;
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

export const countOf = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function describeJson(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return `It is JSON: a list of ${countOf(value.length, "entry").replace("entrys", "entries")}.`;
    if (typeof value === "object" && value !== null)
      return `It is JSON with the keys ${namesOf(Object.keys(value).map((key) => `\`${key}\``)) || "(none)"}.`;
    return "It is JSON: a single value.";
  } catch {
    return "It is not valid JSON.";
  }
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
