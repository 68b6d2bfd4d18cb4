/** What a server said went wrong. */
export interface ServerError {
  /** Empty where it gave no words. */
  words: string;
  /** An HTTP status that it gave with them. */
  status: number | null;
}

const MAX_DEPTH = 4;
/** Where words stand in the error objects of today's servers, best first. */
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

/** Whether a value of a field called `error` says that something went wrong: many servers send an empty one with each chunk. */
export function isError(value: unknown): boolean {
  if (typeof value === "string") return value.trim() !== "";
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** Finds the words, and the status, in an error of any shape: a text, an object, a list of them, or one inside another. */
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

/** OpenRouter says only "Provider returned error", and what the provider said beside it. */
function withUpstream(words: string, { metadata }: Record<string, unknown>, depth: number): string {
  if (typeof metadata !== "object" || metadata === null || depth > MAX_DEPTH) return words;
  const raw = findWords((metadata as Record<string, unknown>)["raw"], depth + 1);
  return raw === "" || words.includes(raw) ? words : `${words}: ${raw}`;
}

/** Words that are an error object written as text. */
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
