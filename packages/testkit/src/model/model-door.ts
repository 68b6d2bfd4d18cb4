import type { IncomingHttpHeaders } from "node:http";
import type { CompletionUsage, ReplyPart } from "@boocode/shared/models/completion-stream";
import type { ModelApi, ModelRequest } from "./model-script.ts";

/** A piece of a streamed answer. A call begins, gets the rest of its arguments, and ends before anything else begins. */
export type AnswerPiece =
  | { kind: "text"; text: string }
  | { kind: "reasoning"; text: string }
  | { kind: "call"; id: string; name: string; arguments: string }
  | { kind: "arguments"; text: string }
  | { kind: "call_end" };

/** Encodes one streamed answer. Each method returns the bytes to send, possibly none. */
export interface AnswerWriter {
  begin(): string;
  write(piece: AnswerPiece): string;
  /** `usage` is null if none is to be reported. */
  end(usage: CompletionUsage | null): string;
}

/** How clients speak to one kind of model server. */
export interface ModelDoor {
  readonly api: ModelApi;
  /** Returns whether a POST to this path belongs to this door. */
  takes(path: string): boolean;
  /** Returns the key that a request carries, or null. */
  keyOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | null;
  /** Returns the answer to a request that needs no model, such as counting tokens; null if the model is asked. */
  answerAside?(path: string, body: unknown): unknown;
  /** Converts a request's body, and the path where it names the model, to chat completions. */
  read(body: unknown, path: string): ModelRequest["body"];
  /** `id` is unique to the answer: clients join answers of one id. */
  open(model: string, id: string): AnswerWriter;
  /** Encodes a whole answer for a request that does not stream. */
  whole(model: string, id: string, parts: readonly ReplyPart[], usage: CompletionUsage): unknown;
}

/** The key in an `authorization` header. */
export const bearerOf = ({ authorization }: IncomingHttpHeaders): string | null => authorization?.replace(/^Bearer /, "") ?? null;

/** Encodes an event of a stream whose events have names. */
export const encodeNamed = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

/** Parses the arguments of a call; an empty object if they are not JSON. */
export function parseArguments(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
