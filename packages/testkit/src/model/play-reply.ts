import type { ServerResponse } from "node:http";
import type { CompletionUsage, ReplyPart } from "@boocode/shared/models/completion-stream";
import { parseArguments, type AnswerPiece, type ModelDoor } from "./model-door.ts";
import type { ModelReply, ModelStep } from "./model-script.ts";
import { Pace } from "./pace.ts";

const ARGUMENT_CHUNK = 24;
const USUAL_USAGE: CompletionUsage = { promptTokens: 10, completionTokens: 5 };

/** Streams a reply through a door. `id` is unique to the answer; `gone` resolves when the client is gone. */
export async function playReply(
  response: ServerResponse,
  reply: ModelReply,
  door: ModelDoor,
  model: string,
  id: string,
  gone: Promise<void>,
): Promise<void> {
  const pace = new Pace(response, reply.tokensPerSecond ?? null, gone);
  const writer = door.open(model, id);
  // Real servers of the newer interfaces never repeat the id of a call; of the oldest, some do.
  const callId = door.api === "completions" ? "call" : `call_${id}`;
  let calls = 0;
  response.flushHeaders();
  response.write(writer.begin());
  for (const step of reply.steps ?? []) {
    if (response.destroyed) return;
    if (step.kind === "wait") await Promise.race([step.barrier.pass(), gone]);
    else if (step.kind === "raw") response.write(step.text);
    else if (step.kind === "cut") return void response.socket?.destroySoon();
    else if (step.kind === "end_early") return void response.end();
    else {
      for (const piece of toPieces(step, `${callId}_${calls}`)) if (!response.destroyed) await pace.write(writer.write(piece));
      if (step.kind === "tool" || step.kind === "raw_tool") calls += 1;
    }
  }
  if (response.destroyed) return;
  response.end(writer.end(reply.usage === undefined ? USUAL_USAGE : reply.usage));
}

/** Encodes a reply to a request that does not stream, once all its barriers are open. */
export async function toWholeAnswer(reply: ModelReply, door: ModelDoor, model: string, id: string, gone: Promise<void>): Promise<string> {
  const parts: ReplyPart[] = [];
  for (const step of reply.steps ?? []) {
    if (step.kind === "wait") await Promise.race([step.barrier.pass(), gone]);
    else if (step.kind === "words") parts.push({ kind: "text", text: wordsOf(step.count).join("") });
    else if (step.kind === "raw_tool") parts.push({ kind: "tool", name: step.name, arguments: parseArguments(step.arguments) });
    else if (step.kind === "text" || step.kind === "reasoning" || step.kind === "tool") parts.push(step);
  }
  return JSON.stringify(door.whole(model, id, parts, reply.usage ?? USUAL_USAGE));
}

type SpokenStep = Extract<ModelStep, { kind: ReplyPart["kind"] | "words" | "raw_tool" }>;

function* toPieces(step: SpokenStep, id: string): Generator<AnswerPiece> {
  if (step.kind === "words") for (const text of wordsOf(step.count)) yield { kind: "text", text };
  else if (step.kind === "text" || step.kind === "reasoning") {
    for (const text of step.text.match(/\s*\S+|\s+$/g) ?? []) yield { kind: step.kind, text };
  } else if (step.kind === "raw_tool") {
    yield { kind: "call", id, name: step.name, arguments: step.arguments };
    yield { kind: "call_end" };
  } else {
    yield { kind: "call", id, name: step.name, arguments: "" };
    const written = JSON.stringify(step.arguments);
    for (let at = 0; at < written.length; at += ARGUMENT_CHUNK) yield { kind: "arguments", text: written.slice(at, at + ARGUMENT_CHUNK) };
    yield { kind: "call_end" };
  }
}

const wordsOf = (count: number) => Array.from({ length: count }, (_, at) => `w${at} `);
