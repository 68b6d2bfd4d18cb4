import type { ChangeBlame, LineWriter } from "@boocode/shared/changes/change-blame";
import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import { agentHue } from "../../agents/agent-hue.ts";
import type { DiffRow } from "./diff-rows.ts";

/** The author of a diff line, as shown in its gutter. */
export interface LineMark {
  /** The author; null is the person. */
  agent: string | null;
  hue: string;
  /** Details about the writer; null if only the agent is known. */
  writer: LineWriter | null;
  /** True on the first line of a run by one writer, which shows the icon. */
  isFirst: boolean;
}

/** The marks of a diff's rows, one per row; null for rows without an added or deleted line. */
export function toLineMarks(rows: readonly DiffRow[], hunks: ChangeDiff["hunks"], blame: ChangeBlame | null): (LineMark | null)[] {
  const marks: (LineMark | null)[] = [];
  for (const row of rows) {
    const before = marks.at(-1) ?? null;
    marks.push(isChanged(row) ? toMark(row, hunks, blame, before) : null);
  }
  return marks;
}

/** "boocode: create a file" or "you, by hand". */
export function describeWriter({ agent, writer }: LineMark): string {
  if (agent === null) return "you, by hand";
  return writer?.prompt ? `${agent}: ${writer.prompt}` : agent;
}

function isChanged(row: DiffRow): row is Exclude<DiffRow, { kind: "hunk" }> {
  if (row.kind === "hunk") return false;
  return row.kind === "unified" ? row.line.kind !== "context" : row.left?.kind !== "context" || row.right?.kind !== "context";
}

function toMark(
  row: Exclude<DiffRow, { kind: "hunk" }>,
  hunks: ChangeDiff["hunks"],
  blame: ChangeBlame | null,
  before: LineMark | null,
): LineMark {
  const writer = blame && findWriter(row, blame);
  // A moved line is older than the changes: it takes the author of its hunk.
  const agent = writer ? writer.agent : (hunks[row.hunk]?.agent ?? null);
  const isSame = before !== null && before.agent === agent && before.writer?.commit === writer?.commit;
  return { agent, hue: agent === null ? "var(--muted)" : agentHue(agent), writer, isFirst: !isSame };
}

function findWriter(row: Exclude<DiffRow, { kind: "hunk" }>, { writers, lines, removed }: ChangeBlame): LineWriter | null {
  const sides = row.kind === "unified" ? [row.line] : [row.right, row.left];
  for (const line of sides) {
    if (!line || line.kind === "context") continue;
    const by = line.kind === "added" ? lines[line.newNumber! - 1] : removed[line.oldNumber! - 1];
    if (typeof by === "number") return writers[by] ?? null;
  }
  return null;
}
