import { MESSAGE_INSTRUCTIONS } from "@boocode/shared/git/message-prompt";
import type { CompletionMessage } from "./completion-request.ts";

const MAX_NAMED = 3;

/** Writes the commit message that is asked for, from the names of the changed files; null if none is asked for. */
export function writeMessage(messages: readonly CompletionMessage[]): string | null {
  if (!messages.some(({ role, content }) => (role === "system" || role === "developer") && content.includes(MESSAGE_INSTRUCTIONS)))
    return null;
  const prompt = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const [, list = ""] = /The changed files:\n([^]*?)(?:\n\n|$)/.exec(prompt) ?? [];
  const files = [...list.matchAll(/^(added|modified|deleted|typechange) (.+)$/gm)].map(([, did = "", path = ""]) => ({ did, path }));
  const verb = files.every(({ did }) => did === "added") ? "Add" : files.every(({ did }) => did === "deleted") ? "Remove" : "Change";
  const named = files.slice(0, MAX_NAMED).map(({ path }) => path.split("/").at(-1));
  return `${verb} ${named.join(", ")}${files.length > MAX_NAMED ? ` and ${files.length - MAX_NAMED} more` : ""}`;
}
