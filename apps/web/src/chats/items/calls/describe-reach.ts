import type { ToolItem } from "@boocode/shared/chats/transcript";

const HIT = /^(?!\[)[^\n:]+[:-]\d+[:-]/gm;
const FOUND = /^(?:Found|found) (\d+)(?: total)? (?:match|file|result|line)/m;
const NOTHING = /^(?:No (?:line )?match|No files? |No results|No matching)/im;

/** How far a call reached, for the end of its line: the lines it read, or what it found; null if it does not say. */
export function describeReach({ toolKind, input, name, result, status }: ToolItem): string | null {
  if (toolKind === "read") return describeLines(name, input);
  if (toolKind !== "search" || status !== "completed") return null;
  const output = result.output ?? "";
  if (output === "" || NOTHING.test(output)) return "nothing found";
  const said = FOUND.exec(output)?.[1];
  const hits = said === undefined ? (output.match(HIT)?.length ?? 0) : Number(said);
  if (hits === 0) return null;
  const isCut = said === undefined && (result.truncatedBytes ?? 0) > 0;
  return `${hits}${isCut ? "+" : ""} ${hits === 1 && !isCut ? "hit" : "hits"}`;
}

function describeLines(tool: string, input: unknown): string | null {
  if (typeof input !== "object" || input === null) return null;
  const fields = input as Record<string, unknown>;
  const numberOf = (...names: string[]) => names.map((each) => fields[each]).find((value) => typeof value === "number");
  // This one counts from 0.
  const offset = numberOf("offset");
  const first =
    numberOf("firstLine", "line") ?? (offset === undefined ? undefined : tool === "read_file" ? offset + 1 : Math.max(1, offset));
  const count = numberOf("lineCount", "limit");
  if (first === undefined && count === undefined) return null;
  const from = first ?? 1;
  if (count === undefined) return from > 1 ? `from line ${from}` : null;
  return count <= 1 ? `line ${from}` : `lines ${from}–${from + count - 1}`;
}
