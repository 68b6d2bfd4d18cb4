const MAX_VALUE_CHARS = 200;
const LEVEL_NAMES: readonly [number, string][] = [
  [60, "fatal: "],
  [50, "error: "],
  [40, "warning: "],
];
/** What every line has, or has its own place. */
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
 * A line of the structured log for a person: the time, what happened, and the rest as `name=value`.
 * An error brings its message, and from "error" on its stack. What is not JSON stays as it is.
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

/** Quoted where it would not read as one word; the log file has it whole. */
function toValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const short = text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS).toWellFormed()}…` : text;
  return escapeControls(typeof value === "string" && /[\s"]|^$/.test(short) ? JSON.stringify(short) : short);
}

/** A program's words must not move the cursor or colour the terminal. */
function escapeControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
