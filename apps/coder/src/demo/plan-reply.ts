import { cutText } from "@boocode/shared/text/cut-text";
import { carryOut } from "./carry-out.ts";
import { chooseTool, type DemoAction } from "./choose-tool.ts";
import type { CompletionMessage, OfferedTool } from "./completion-request.ts";
import type { ReplyPart } from "@boocode/shared/models/completion-stream";
import { canOnlyRead, CARRY_OUT, describeWish } from "./describe-wish.ts";
import { understandRequest, type UnderstoodRequest } from "./understand-request.ts";
import { writeMessage } from "./write-message.ts";

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

/** Blocks that agents, and BooCode, add to the person's prompt for models that can use them. */
const ADDED = /<(turn-context|system-reminder|boocode-handover)>[\s\S]*?<\/\1>/g;

/**
 * Plans the demo model's next reply from the conversation alone.
 *
 * Each call replays the tool results since the person's last message, and either requests the next tool or, when nothing is left to do,
 * summarises. It keeps no state, so a stopped turn or a restarted daemon cannot confuse it.
 */
export function planReply(messages: readonly CompletionMessage[], tools: readonly OfferedTool[]): ReplyPart[] {
  const message = writeMessage(messages);
  if (message !== null) return [{ kind: "text", text: message }];
  const asked = messages.findLastIndex((message) => message.role === "user");
  const request = understandRequest(readRequest(messages.slice(0, asked + 1)));
  const results = messages.slice(asked + 1).flatMap((message) => (message.role === "tool" ? [message.content] : []));
  const isFirstAnswer = !messages.slice(0, Math.max(asked, 0)).some((message) => message.role === "assistant");
  const isFirstStep = !messages.slice(asked + 1).some((message) => message.role === "assistant");
  const opening: ReplyPart[] = isFirstAnswer && isFirstStep ? [{ kind: "text", text: `${INTRODUCTION}\n\n` }] : [];

  const isPlanning = canOnlyRead(tools);
  const sentences: string[] = [];
  let consumed = 0;
  let planned = 0;
  for (const intent of request.intents) {
    const wish = isPlanning ? describeWish(intent) : null;
    if (wish !== null) {
      sentences.push(`${(planned += 1)}. ${wish}`);
      continue;
    }
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

/** The last request of the person: where it says to carry out the plan, the one before it, which the plan was for. */
function readRequest(messages: readonly CompletionMessage[]): string {
  const texts = messages.flatMap(({ role, content }) => (role === "user" ? [content.replace(ADDED, "").trim()] : []));
  return texts.findLast((text) => !CARRY_OUT.test(text)) ?? "";
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
