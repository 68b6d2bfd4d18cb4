const MAX_VALUE_CHARS = 200;
const LEVEL_NAMES: readonly [number, string][] = [
  [60, "fatal: "],
  [50, "error: "],
  [40, "warning: "],
];
/** Fields that every line has or that are printed separately. */
const PLACED = new Set(["level", "time", "pid", "msg", "err", "error"]);

interface LogRecord {
  level?: number;
  time?: number;
  msg?: string;
  err?: LoggedError;
  error?: LoggedError;
  [field: string]: unknown;
}

interface LoggedError {
  message?: string;
  stack?: string;
}

/**
 * Formats a line of the structured log for people: the time, the message, and the other fields as `name=value`. An error adds its message
 * and, from level "error" on, its stack. A line that is not JSON is returned unchanged.
 */
export function toLogLine(json: string): string {
  let record: LogRecord;
  try {
    record = JSON.parse(json) as LogRecord;
  } catch {
    return json;
  }
  const { level = 30, time = 0, msg = "", err = record.error } = record;
  const said = err?.message === undefined ? msg : [msg, err.message].filter(Boolean).join(": ");
  const fields = Object.entries(record).flatMap(([name, value]) => (PLACED.has(name) ? [] : [`${name}=${toValue(value)}`]));
  const line = [`${toTime(time)} ${toLevelName(level)}${escapeControls(said)}`, ...fields].join("  ");
  const stack = level < 50 ? [] : (err?.stack ?? "").split("\n").filter((frame) => /^\s+at /.test(frame));
  return `${[line, ...stack.map(escapeControls)].join("\n")}\n`;
}

function toLevelName(level: number): string {
  return LEVEL_NAMES.find(([least]) => level >= least)?.[1] ?? "";
}

function toTime(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}

/** Quotes a value unless it reads as one word. The log file has the full value. */
function toValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const short = text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS).toWellFormed()}…` : text;
  return escapeControls(typeof value === "string" && /[\s"]|^$/.test(short) ? JSON.stringify(short) : short);
}

/** Escapes control characters, so that a program's output cannot move the cursor or colour the terminal. */
function escapeControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
