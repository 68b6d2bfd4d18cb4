import { isError, readError, type ServerError } from "./error-words.ts";

/** A piece of a tool call from one chunk. */
export interface CallPiece {
  index: number | null;
  id: string | null;
  name: string | null;
  /** Text, or the value that the server sent instead; undefined if there is none. */
  arguments: unknown;
  /** The extra content that the server wants returned with this call, if any. */
  extra: Record<string, unknown> | null;
}

/** The field in which a server sends thoughts. Some servers send the same thoughts in several fields. */
export type ThoughtSource = "reasoning_content" | "reasoning" | "thinking" | "reasoning_details" | "content";

export interface SaidPiece {
  kind: "text" | "thought";
  source: ThoughtSource;
  text: string;
}

/** The decoded content of one chunk. */
export interface ChunkFacts {
  said: SaidPiece[];
  calls: CallPiece[];
  finish: string | null;
  usage: Record<string, unknown> | null;
  error: ServerError | null;
  /** True for a piece of a completion; false for anything sent in between. */
  isCompletion: boolean;
  /** True if its pieces are a whole message, as in an answer that is not streamed. */
  isWhole: boolean;
}

type Fields = Record<string, unknown>;

/**
 * Decodes one chunk in any form that servers send. Null if it is not a chunk: not an object, or an object with invalid `choices`. A field
 * with an invalid value counts as missing.
 */
export function decodeChunk(json: unknown, eventName = ""): ChunkFacts | null {
  if (!isFields(json)) return null;
  const facts: ChunkFacts = { said: [], calls: [], finish: null, usage: null, error: null, isCompletion: false, isWhole: false };
  const { choices } = json;
  facts.error = findError(json, eventName);
  facts.usage = findUsage(json);
  if (choices === undefined || choices === null) return facts;
  if (!Array.isArray(choices)) return facts.error ? facts : null;
  facts.isCompletion = true;
  const choice: unknown = choices.find((one) => isFields(one) && (one["index"] ?? 0) === 0) ?? choices[0];
  if (!isFields(choice)) return facts;
  facts.usage ??= isFields(choice["usage"]) ? choice["usage"] : null;
  facts.finish = readFinish(choice["finish_reason"]);
  if (isError(choice["error"])) facts.error = readError(choice["error"]);
  const { delta, message, text } = choice;
  facts.isWhole = !isFields(delta) && isFields(message);
  const said = isFields(delta) ? delta : isFields(message) ? message : null;
  if (said) readMessage(said, facts);
  else if (typeof text === "string" && text !== "") facts.said.push({ kind: "text", source: "content", text });
  return facts;
}

function readMessage(message: Fields, facts: ChunkFacts): void {
  const thought = readThought(message);
  if (thought) facts.said.push(thought);
  for (const piece of readContent(message["content"])) facts.said.push(piece);
  if (typeof message["refusal"] === "string" && message["refusal"] !== "")
    facts.said.push({ kind: "text", source: "content", text: message["refusal"] });
  const calls = Array.isArray(message["tool_calls"])
    ? message["tool_calls"]
    : isFields(message["tool_calls"])
      ? [message["tool_calls"]]
      : [];
  for (const call of calls) if (isFields(call)) facts.calls.push(readCall(call));
  // The old form with a single call per answer.
  if (isFields(message["function_call"])) facts.calls.push(readCall({ index: 0, function: message["function_call"] }));
}

function readThought(message: Fields): SaidPiece | null {
  for (const source of ["reasoning_content", "reasoning", "thinking"] as const) {
    const text = textOf(message[source]);
    if (text !== "") return { kind: "thought", source, text };
  }
  const details = message["reasoning_details"];
  const text = (Array.isArray(details) ? details : [details]).map(textOf).join("");
  return text === "" ? null : { kind: "thought", source: "reasoning_details", text };
}

/** Reads content, which is a text or a list of parts, some of them thoughts. */
function readContent(content: unknown): SaidPiece[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", source: "content", text: content }];
  const parts: unknown[] = Array.isArray(content) ? content : isFields(content) ? [content] : [];
  return parts.flatMap((part): SaidPiece[] => {
    if (typeof part === "string") return part === "" ? [] : [{ kind: "text", source: "content", text: part }];
    if (!isFields(part)) return [];
    const isThought = /think|reason|thought/.test(String(part["type"]));
    const text = textOf(part);
    return text === "" ? [] : [{ kind: isThought ? "thought" : "text", source: "content", text }];
  });
}

function readCall(call: Fields): CallPiece {
  const made = isFields(call["function"]) ? call["function"] : call;
  const index = typeof call["index"] === "string" && call["index"] !== "" ? Number(call["index"]) : call["index"];
  return {
    index: typeof index === "number" && Number.isInteger(index) ? index : null,
    id: typeof call["id"] === "number" ? String(call["id"]) : wordOf(call["id"]),
    name: wordOf(made["name"]),
    arguments: made["arguments"] ?? undefined,
    extra: isFields(call["extra_content"]) ? call["extra_content"] : null,
  };
}

function findUsage(json: Fields): Fields | null {
  if (isFields(json["usage"])) return json["usage"];
  const groq = json["x_groq"];
  return isFields(groq) && isFields(groq["usage"]) ? groq["usage"] : null;
}

/** Finds an error in any form: an error field, an event of that name, or a message in place of an answer. */
function findError(json: Fields, eventName: string): ServerError | null {
  const { error, errors, base_resp: base, choices } = json;
  if (isError(error)) return { ...readError(error), status: readError(error).status ?? readError({ ...json, error: null }).status };
  if (isError(errors)) return readError(errors);
  // MiniMax sends a success status with each chunk.
  if (isFields(base) && Number(base["status_code"] ?? 0) !== 0) return readError(base);
  const says = /^(?:error|exception|fail(?:ed|ure)?)$/i;
  if (says.test(eventName) || (Array.isArray(choices) ? false : says.test(String(json["type"] ?? json["object"] ?? json["status"])))) {
    return readError(json);
  }
  const hasWords = ["message", "detail", "msg", "error_msg"].some((key) => isError(json[key]));
  return choices === undefined && hasWords ? readError(json) : null;
}

/** The text of a string, or of a part that holds one. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textOf).join("");
  if (!isFields(value)) return "";
  for (const key of ["text", "thinking", "summary", "content", "reasoning"]) {
    const text = key in value ? textOf(value[key]) : "";
    if (text !== "") return text;
  }
  return "";
}

/** Some servers send `""` or `"null"` with every chunk but the last. */
const readFinish = (finish: unknown) => (typeof finish === "string" && !/^(?:|null|none)$/i.test(finish.trim()) ? finish.trim() : null);
const wordOf = (value: unknown) => (typeof value === "string" && value.trim() !== "" ? value.trim() : null);
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
