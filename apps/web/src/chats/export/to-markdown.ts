import type { PromptItem, ToolItem, TranscriptItem, TurnEndItem } from "@boocode/shared/chats/transcript";
import { toCount } from "../../ui/labels.ts";

/**
 * Returns a chat as Markdown, for a person to read elsewhere: prompts and answers whole, each call of a tool as one line, and how a turn ended
 * if it was not completed. Thoughts, questions and what was handed over are left out. `items`: in reading order.
 */
export function toMarkdown(title: string, items: readonly TranscriptItem[]): string {
  const parts: string[] = [`# ${toLine(title)}`];
  let lastAgent: string | null = null;
  let calls: string[] = [];
  const say = (part: string) => {
    if (calls.length > 0) parts.push(calls.join("\n"));
    calls = [];
    parts.push(part);
  };
  for (const item of items) {
    switch (item.kind) {
      case "prompt":
        lastAgent = item.agent;
        // A turn that the agent began by itself has no prompt.
        say(item.text === "" && !item.attachments ? `## ${item.agent}, by itself` : `## You, to ${item.agent}\n\n${toPrompt(item)}`);
        if (item.text !== "") parts.push(`## ${item.agent}${item.model === "" ? "" : ` (${toLine(item.model)})`}`);
        break;
      case "steer":
        say(`## You, during the turn\n\n${item.text}`);
        if (lastAgent !== null) parts.push(`## ${lastAgent}`);
        break;
      case "text":
        if (item.text.trim() !== "") say(item.text.trim());
        break;
      case "tool":
        if (item.parentCallId === null) calls.push(toCall(item));
        break;
      case "plan":
        say(item.entries.map(({ text, status }) => `- [${status === "done" ? "x" : " "}] ${toLine(text)}`).join("\n"));
        break;
      case "turn_end":
        if (item.state !== "completed") say(`*${toEnd(item)}*`);
        break;
      case "thought":
      case "permission":
      case "notice":
      case "handoff":
      case "skill":
      case "judgement":
        break;
    }
  }
  if (calls.length > 0) parts.push(calls.join("\n"));
  return `${parts.join("\n\n")}\n`;
}

function toPrompt({ text, attachments = [] }: PromptItem): string {
  return [text, ...attachments.map(({ name }) => `*Attached: ${toLine(name)}*`)].filter((part) => part !== "").join("\n\n");
}

function toCall({ title, name, status, paths }: ToolItem): string {
  const words = toLine(title === "" ? name : title);
  const more = title === "" && paths.length > 0 ? ` (${toCount(paths.length, "file")})` : "";
  // A title may hold backticks: the fence around it is longer than any run of them.
  const fence = "`".repeat(Math.max(0, ...[...words.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = words.startsWith("`") || words.endsWith("`") ? " " : "";
  return `- ${fence}${pad}${words}${pad}${fence}${more}${status === "completed" ? "" : `: ${status}`}`;
}

function toEnd({ state, evidence }: TurnEndItem): string {
  const word = { completed: "Completed", failed: "Failed", cancelled: "Stopped", interrupted: "Interrupted" }[state];
  return evidence?.message ? `${word}: ${toLine(evidence.message)}` : `${word}.`;
}

const toLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
