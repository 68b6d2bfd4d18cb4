import { cutText } from "@boocode/shared/text/cut-text";
import { carryOut } from "./carry-out.ts";
import { chooseTool, type DemoAction } from "./choose-tool.ts";
import type { CompletionMessage, OfferedTool } from "./completion-request.ts";
import type { ReplyPart } from "@boocode/shared/models/completion-stream";
import { understandRequest, type UnderstoodRequest } from "./understand-request.ts";

const INTRODUCTION =
  "I am BooCode's demo model: a script that understands a few sentences, not an AI. I really change files, through the agent's tools.";

const ABILITIES = `I understand requests like these:

- create a file \`notes.md\` that says "Hello"
- append "one more line" to \`notes.md\`
- rename \`notes.md\` to \`hello.md\`
- delete \`hello.md\`
- list files
- explain \`README.md\`
- run \`ls -l\`
- count to 20

One message may contain several of them. For anything else, choose a real model in the settings.`;

/** Blocks that agents add to the person's prompt for models that can use them. */
const ADDED = /<(turn-context|system-reminder)>[\s\S]*?<\/\1>/g;

/**
 * Plans the demo model's next reply from the conversation alone.
 *
 * Each call replays the tool results since the person's last message, and either requests the next tool or, when nothing is left to do,
 * summarises. It keeps no state, so a stopped turn or a restarted daemon cannot confuse it.
 */
export function planReply(messages: readonly CompletionMessage[], tools: readonly OfferedTool[]): ReplyPart[] {
  const asked = messages.findLastIndex((message) => message.role === "user");
  const request = understandRequest((messages[asked]?.content ?? "").replace(ADDED, "").trim());
  const results = messages.slice(asked + 1).flatMap((message) => (message.role === "tool" ? [message.content] : []));
  const isFirstAnswer = !messages.slice(0, Math.max(asked, 0)).some((message) => message.role === "assistant");
  const isFirstStep = !messages.slice(asked + 1).some((message) => message.role === "assistant");
  const opening: ReplyPart[] = isFirstAnswer && isFirstStep ? [{ kind: "text", text: `${INTRODUCTION}\n\n` }] : [];

  const sentences: string[] = [];
  let consumed = 0;
  for (const intent of request.intents) {
    const doing = carryOut(intent);
    let step = doing.next();
    while (!step.done) {
      const tool = chooseTool(step.value, tools);
      if (tool && consumed === results.length) {
        return [{ kind: "reasoning", text: think(step.value, request, consumed) }, ...opening, { kind: "tool", ...tool }];
      }
      step = doing.next(tool ? results[consumed]! : "Error: this agent has no tool for that.");
      if (tool) consumed += 1;
    }
    sentences.push(step.value);
  }
  return [{ kind: "reasoning", text: thinkLast(request, consumed) }, ...opening, { kind: "text", text: sumUp(request, sentences) }];
}

function think(action: DemoAction, request: UnderstoodRequest, stepsDone: number): string {
  const wish: Record<DemoAction["do"], string> = {
    read: "look at the file",
    list: "look at the folder",
    write: "write the file",
    edit: "change the file at its end",
    rename: "rename the file",
    delete: "delete the file",
    command: "run the command",
  };
  const start =
    stepsDone === 0
      ? `The message asks for ${request.intents.length === 1 ? "one thing" : `${request.intents.length} things`}. `
      : "That tool has answered. ";
  return `${start}Now I ${wish[action.do]}.`;
}

function thinkLast(request: UnderstoodRequest, stepsDone: number): string {
  if (stepsDone > 0) return "The tools have answered. Now I summarise the result.";
  return request.intents.length > 0 ? "That needs no tool." : "I do not know this sentence, so I list those I understand.";
}

function sumUp(request: UnderstoodRequest, sentences: readonly string[]): string {
  if (request.intents.length === 0) return `I did not understand that. ${ABILITIES}`;
  const unclear = request.unclear.map((sentence) => `I did not understand: “${cutText(sentence, 200)}”`);
  return [...sentences, ...unclear].join("\n\n");
}
