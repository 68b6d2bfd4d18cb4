/** Parses the arguments of a call; null if they are cut off or are not an object. */
export function readArguments(raw: unknown): Record<string, unknown> | null {
  const input = unwrap(raw, 0);
  return input && withWholeCharacters(input);
}

/** Replaces lone surrogates in arguments: a strict server refuses them when the call is sent back, and a file cannot store them. */
export function withWholeCharacters(input: Record<string, unknown>): Record<string, unknown> {
  const json = JSON.stringify(input);
  if (!/\\ud[89a-f]/i.test(json)) return input;
  const toWhole = (_: string, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value);
  return JSON.parse(json, toWhole) as Record<string, unknown>;
}

/** How many times arguments may be JSON-encoded before they count as invalid. */
const MAX_ENCODINGS = 3;

function unwrap(value: unknown, encodings: number): Record<string, unknown> | null {
  if (value === undefined || value === null) return {};
  if (typeof value === "string") return encodings > MAX_ENCODINGS ? null : unwrapText(value.trim(), encodings);
  if (typeof value !== "object") return null;
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  if (value.length === 0) return {};
  return value.length === 1 && typeof value[0] === "object" ? unwrap(value[0], encodings + 1) : null;
}

function unwrapText(text: string, encodings: number): Record<string, unknown> | null {
  if (text === "") return {};
  for (const candidate of candidatesOf(text)) {
    try {
      return unwrap(JSON.parse(candidate), encodings + 1);
    } catch {
      // Try the next candidate.
    }
  }
  return null;
}

/** Yields candidate JSON texts, the unchanged text first. No candidate completes a text that is cut off. */
function* candidatesOf(text: string): Generator<string> {
  yield text;
  // Models write raw line breaks and tabs into strings.
  const escaped = escapeControls(text);
  yield escaped;
  const fenced = /^```(?:json)?\s*(.*?)\s*```$/is.exec(escaped)?.[1];
  if (fenced !== undefined) yield fenced;
  // Some send an empty object before the real one, or repeat the whole object at the end.
  if (/^\{\s*\}\s*\{/.test(escaped)) yield escaped.replace(/^\{\s*\}\s*/, "");
  const half = escaped.length / 2;
  if (Number.isInteger(half) && escaped.startsWith("{") && escaped.slice(0, half) === escaped.slice(half)) yield escaped.slice(half);
}

/** Escapes control characters inside strings, as JSON requires. */
function escapeControls(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[^])*"/g, (string) =>
    // oxlint-disable-next-line no-control-regex
    string.replace(/[\u0000-\u001F]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}
