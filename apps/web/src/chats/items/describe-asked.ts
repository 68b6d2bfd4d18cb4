import type { PermissionItem } from "@boocode/shared/chats/transcript";
import { toCommandLine } from "./tool-look.ts";

/** The words above a question: who wants what. `detail`: what the agent says of it besides, null if that says nothing more. */
export interface AskedWords {
  title: string;
  detail: string | null;
}

/** Describes what an agent asks for. A command is shown by itself, so its words are not repeated. */
export function describeAsked({ title, argv }: Pick<PermissionItem, "title" | "argv">, agent: string): AskedWords {
  if (argv === null) return { title: `${agent} asks: ${title}`, detail: null };
  const command = toPlain(toCommandLine(argv));
  const isShell = argv.length > 2 && /^-l?c$/.test(argv[1]!);
  const lines = isShell ? [command, toPlain(argv[2]!)] : [command];
  const said = toPlain(title.replace(/^(?:run|execute|shell|bash|command)\b[:\s]*/i, "").replace(/…$/, ""));
  const repeats = said === "" || lines.some((line) => line.includes(said) || said.includes(line));
  return { title: `${agent} wants to run a command`, detail: repeats ? null : title };
}

const toPlain = (text: string) =>
  text
    .replaceAll(/[\s`'"]+/g, " ")
    .trim()
    .toLowerCase();
