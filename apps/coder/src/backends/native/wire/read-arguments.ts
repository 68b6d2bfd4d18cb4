/** The arguments of a call, or null where what came is not readable: cut off, or nothing that a tool takes. */
export function readArguments(raw: unknown): Record<string, unknown> | null {
  const input = unwrap(raw, 0);
  return input && withWholeCharacters(input);
}

/** Arguments without half characters: a strict server refuses them when it is told the call again, and a file could not hold them. */
export function withWholeCharacters(input: Record<string, unknown>): Record<string, unknown> {
  const json = JSON.stringify(input);
  if (!/\\ud[89a-f]/i.test(json)) return input;
  const toWhole = (_: string, value: unknown) => (typeof value === "string" ? value.toWellFormed() : value);
  return JSON.parse(json, toWhole) as Record<string, unknown>;
}

/** How often arguments may be encoded again before they are none. */
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
      // The next reading of it.
    }
  }
  return null;
}

/** Readings of a text as JSON, as it stands first. None of them completes what is cut off. */
function* candidatesOf(text: string): Generator<string> {
  yield text;
  // Models write line breaks and tabs into their strings as they are.
  const escaped = escapeControls(text);
  yield escaped;
  const fenced = /^```(?:json)?\s*(.*?)\s*```$/is.exec(escaped)?.[1];
  if (fenced !== undefined) yield fenced;
  // An empty object first and the real one after it; or the whole of it once more at the end.
  if (/^\{\s*\}\s*\{/.test(escaped)) yield escaped.replace(/^\{\s*\}\s*/, "");
  const half = escaped.length / 2;
  if (Number.isInteger(half) && escaped.startsWith("{") && escaped.slice(0, half) === escaped.slice(half)) yield escaped.slice(half);
}

/** Control characters inside strings, written as JSON wants them. */
function escapeControls(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[^])*"/g, (string) =>
    // oxlint-disable-next-line no-control-regex
    string.replace(/[\u0000-\u001F]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}
