import { cutText } from "@boocode/shared/text/cut-text";
import { quoteArgv } from "../platform/processes/quote-argv.ts";
import type { DemoAction } from "./choose-tool.ts";
import { countLines, countOf, describeFile } from "./describe-file.ts";
import { readAnswer } from "./read-answer.ts";
import type { DemoIntent } from "./understand-request.ts";

const MAX_SHOWN_LINES = 40;
/** How agents' tools begin an answer that reports a failure. */
const REFUSAL =
  /^(?:error\b|file path must\b|could not\b|file not found\b|oldString\b|found multiple\b|the user (?:has )?(?:rejected|specified)\b)/i;

/**
 * Carries out one intent of the demo model: yields the actions it needs, receives each tool's answer, and returns the summary for the
 * person. A failure is always reported.
 */
export function* carryOut(intent: DemoIntent): Generator<DemoAction, string, string> {
  switch (intent.kind) {
    case "create": {
      const text = intent.text === "" || intent.text.endsWith("\n") ? intent.text : `${intent.text}\n`;
      const answer = yield { do: "write", path: intent.path, text };
      if (isError(answer)) return failure(`I could not write \`${intent.path}\``, answer);
      const done = /^replaced\b/i.test(answer) ? "I replaced the contents of" : "I created";
      return `${done} \`${intent.path}\` with ${countOf(countLines(text), "line")}.`;
    }
    case "append":
      return yield* append(intent.path, intent.text);
    case "rename": {
      const answer = yield { do: "rename", from: intent.from, to: intent.to };
      if (isError(answer)) return failure(`I could not rename \`${intent.from}\``, answer);
      return `I renamed \`${intent.from}\` to \`${intent.to}\`.`;
    }
    case "delete": {
      const answer = yield { do: "delete", path: intent.path };
      return isError(answer) ? failure(`I could not delete \`${intent.path}\``, answer) : `I deleted \`${intent.path}\`.`;
    }
    case "list": {
      const answer = yield { do: "list", path: intent.path };
      if (isError(answer)) return failure(`I could not list \`${intent.path}\``, answer);
      return listing(intent.path, answer);
    }
    case "explain": {
      const answer = yield { do: "read", path: intent.path };
      if (isError(answer)) return failure(`I could not read \`${intent.path}\``, answer);
      const { text, isWhole } = readAnswer(answer);
      return describeFile(intent.path, text, isWhole);
    }
    case "run": {
      const answer = yield { do: "command", argv: intent.argv };
      return outcome(intent.argv, answer);
    }
    case "count":
      return Array.from({ length: intent.to }, (_, index) => index + 1).join(" ");
  }
}

function* append(path: string, added: string): Generator<DemoAction, string, string> {
  const read = yield { do: "read", path };
  if (isError(read)) return failure(`I could not append to \`${path}\``, read);
  const { text, isWhole, isEndUnsure } = readAnswer(read);
  if (!isWhole) return `I did not append to \`${path}\`: it is too long for me to read whole.`;
  const whole = added.endsWith("\n") ? added : `${added}\n`;
  // A text after the last line, if any, then follows the new line.
  const line = isEndUnsure && text !== "" ? whole.slice(0, -1) : whole;
  const end = uniqueEnd(text);
  const action: DemoAction =
    text === ""
      ? { do: "write", path, text: line }
      : { do: "edit", path, oldText: end, newText: `${end}${end.endsWith("\n") ? "" : "\n"}${line}` };
  const answer = yield action;
  if (isError(answer)) return failure(`I could not append to \`${path}\``, answer);
  return `I appended ${countOf(countLines(line), "line")} to \`${path}\`; it now has ${countLines(text) + countLines(line)}.`;
}

/** Returns the shortest run of complete last lines that occurs only once, as the anchor of an edit. */
function uniqueEnd(text: string): string {
  for (let from = lineStartBefore(text, text.length - 1); from > 0; from = lineStartBefore(text, from - 1)) {
    const end = text.slice(from);
    if (end.trim().length > 0 && text.indexOf(end) === from) return end;
  }
  return text;
}

const lineStartBefore = (text: string, at: number) => (at <= 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1);

function listing(path: string, answer: string): string {
  const where = path === "." ? "the project" : `\`${path}\``;
  const names = answer.split("\n").filter((line) => line.length > 0 && !/^\[.*\]$|^\(.*\)$/.test(line));
  if (names.length === 0) return `There is nothing in ${where}.`;
  const folders = names.filter((line) => line.endsWith("/")).length;
  const isWhole = names.length === answer.split("\n").filter((line) => line.length > 0).length;
  return `I see ${countOf(names.length - folders, "file")} and ${countOf(folders, "folder")} in ${where}${isWhole ? "" : " (the list is not complete)"}:\n\n${block(names)}`;
}

function outcome(argv: readonly string[], answer: string): string {
  const shown = `\`${quoteArgv(argv).replaceAll("`", "'")}\``;
  if (isError(answer)) return failure(`I could not run ${shown}`, answer);
  const exit = /^Exit code (-?\d+)\.?\n*/i.exec(answer);
  const output = answer.slice(exit?.[0].length ?? 0).trimEnd();
  const said = output === "" ? "It printed nothing." : `It printed:\n\n${block(output.split("\n"))}`;
  if (!exit) return `I ran ${shown}. ${said}`;
  return exit[1] === "0" ? `I ran ${shown}, and it succeeded. ${said}` : `I ran ${shown}, and it failed with exit code ${exit[1]}. ${said}`;
}

function block(lines: readonly string[]): string {
  const shown = lines.slice(0, MAX_SHOWN_LINES);
  const fence = "`".repeat(Math.max(3, ...shown.map((line) => (/^`+/.exec(line.trim())?.[0].length ?? 0) + 1)));
  const left = lines.length - shown.length;
  return `${fence}\n${shown.join("\n")}\n${fence}${left > 0 ? `\n\nand ${countOf(left, "line")} more.` : ""}`;
}

const isError = (answer: string) => REFUSAL.test(answer.trimStart());
const failure = (what: string, answer: string) => `${what}: ${cutText(answer.replace(/^error:?\s*/i, ""), 500)}`;
