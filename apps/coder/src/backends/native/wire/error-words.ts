/** An error that a server reported. */
export interface ServerError {
  /** The error text; empty if there is none. */
  words: string;
  /** The HTTP status in the error, if any. */
  status: number | null;
}

const MAX_DEPTH = 4;
/** Fields that hold the text in servers' error objects, best first. */
const WORD_KEYS = [
  "message",
  "msg",
  "error_msg",
  "error_message",
  "status_msg",
  "detail",
  "details",
  "reason",
  "description",
  "error",
  "errors",
];
const STATUS_KEYS = ["status_code", "statusCode", "http_status", "code", "status"];

/** Whether the value of an `error` field is an error. Many servers send an empty one with each chunk. */
export function isError(value: unknown): boolean {
  if (typeof value === "string") return value.trim() !== "";
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** Finds the text and the status in an error of any shape: a string, an object, a list or a nested error. */
export function readError(value: unknown): ServerError {
  return { words: findWords(value, 0), status: findStatus(value, 0) };
}

function findWords(value: unknown, depth: number): string {
  if (typeof value === "string") return unpack(value, depth);
  if (depth > MAX_DEPTH || typeof value !== "object" || value === null) return "";
  if (Array.isArray(value)) {
    return value
      .slice(0, 5)
      .map((entry) => findWords(entry, depth + 1))
      .filter((words) => words !== "")
      .join("; ");
  }
  const fields = value as Record<string, unknown>;
  for (const key of WORD_KEYS) {
    const words = key in fields ? findWords(fields[key], depth + 1) : "";
    if (words !== "") return withUpstream(words, fields, depth);
  }
  const named = [fields["type"], fields["code"], fields["title"]].find((name) => typeof name === "string" && name !== "");
  return typeof named === "string" ? named : "";
}

/** Adds the provider's own error: OpenRouter says only "Provider returned error" and puts the details in the metadata. */
function withUpstream(words: string, { metadata }: Record<string, unknown>, depth: number): string {
  if (typeof metadata !== "object" || metadata === null || depth > MAX_DEPTH) return words;
  const raw = findWords((metadata as Record<string, unknown>)["raw"], depth + 1);
  return raw === "" || words.includes(raw) ? words : `${words}: ${raw}`;
}

/** Unpacks an error object that was sent as text. */
function unpack(text: string, depth: number): string {
  const trimmed = text.trim();
  if (depth > MAX_DEPTH || !trimmed.startsWith("{")) return trimmed;
  try {
    return findWords(JSON.parse(trimmed), depth + 1) || trimmed;
  } catch {
    return trimmed;
  }
}

function findStatus(value: unknown, depth: number): number | null {
  if (depth > MAX_DEPTH || typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const fields = value as Record<string, unknown>;
  for (const key of STATUS_KEYS) {
    const status = Number(fields[key]);
    if (Number.isInteger(status) && status >= 400 && status <= 599) return status;
  }
  return findStatus(fields["error"], depth + 1);
}
