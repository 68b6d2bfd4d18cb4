import type { IncomingHttpHeaders } from "node:http";
import type { CompletionUsage, ReplyPart } from "@boocode/shared/models/completion-stream";
import type { Barrier } from "../barrier.ts";

/** One step of a scripted model's answer. Steps run in order. */
export type ModelStep =
  | ReplyPart
  /** Streams `count` words `w0 w1 …`, at the reply's rate. */
  | { kind: "words"; count: number }
  /** Waits at a barrier until it is open or the client disconnects. */
  | { kind: "wait"; barrier: Barrier }
  /** Sends raw bytes. */
  | { kind: "raw"; text: string }
  /** Sends a tool call with arguments given as raw text, JSON or not. */
  | { kind: "raw_tool"; name: string; arguments: string }
  /** Breaks the connection. */
  | { kind: "cut" }
  /** Ends the response cleanly before the answer is complete. */
  | { kind: "end_early" };

/** A scripted model's answer to one request. */
export interface ModelReply {
  steps?: readonly ModelStep[];
  /** Barrier before the headers are sent. */
  headersAfter?: Barrier;
  /** A status other than 200, with `body` instead of steps. */
  status?: number;
  /** Further headers of an answer that is not a stream. */
  headers?: Readonly<Record<string, string>>;
  /** A whole body instead of a stream, with any status including 200. */
  body?: string;
  contentType?: string;
  /** Usage reported at the end; null reports none. */
  usage?: CompletionUsage | null;
  /** Tokens (words and argument chunks) per second. Default: as fast as the client reads. */
  tokensPerSecond?: number;
  /** Breaks the connection before sending anything. */
  refuse?: boolean;
}

/** The interfaces of model servers that the scripted model has. */
export type ModelApi = "completions" | "messages" | "responses" | "gemini";

/** A request to the model. Whatever interface it came through, the body is one of chat completions, so that a script is written once. */
export interface ModelRequest {
  api: ModelApi;
  headers: IncomingHttpHeaders;
  body: {
    model: string;
    stream?: boolean;
    messages: {
      role: string;
      content: unknown;
      tool_calls?: { id: string; function: { name: string; arguments: string } }[];
      tool_call_id?: string;
    }[];
    tools?: { function: { name: string; description: string; parameters: Record<string, unknown> } }[];
  };
}
