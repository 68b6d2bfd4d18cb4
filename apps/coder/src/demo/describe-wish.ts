import { quoteArgv } from "../platform/processes/quote-argv.ts";
import { chooseTool } from "./choose-tool.ts";
import type { OfferedTool } from "./completion-request.ts";
import { countLines, countOf } from "./describe-file.ts";
import type { DemoIntent } from "./understand-request.ts";

/** What a person says to have the last plan carried out. */
export const CARRY_OUT = /^carry out (?:this|the) plan\W*$/i;

/** Whether an agent offers tools, but none that changes anything: it plans. */
export function canOnlyRead(tools: readonly OfferedTool[]): boolean {
  const canRead = chooseTool({ do: "read", path: "a" }, tools) !== null;
  return (
    canRead &&
    chooseTool({ do: "write", path: "a", text: "" }, tools) === null &&
    chooseTool({ do: "command", argv: ["a"] }, tools) === null
  );
}

/** Describes what would be changed or run, as a step of a plan; null for what changes nothing. */
export function describeWish(intent: DemoIntent): string | null {
  switch (intent.kind) {
    case "create":
      return `Create \`${intent.path}\` with ${countOf(countLines(intent.text), "line")}.`;
    case "append":
      return `Append ${countOf(countLines(intent.text), "line")} to \`${intent.path}\`.`;
    case "rename":
      return `Rename \`${intent.from}\` to \`${intent.to}\`.`;
    case "delete":
      return `Delete \`${intent.path}\`.`;
    case "run":
      return `Run \`${quoteArgv(intent.argv).replaceAll("`", "'")}\`.`;
    case "list":
    case "explain":
    case "count":
      return null;
  }
}
