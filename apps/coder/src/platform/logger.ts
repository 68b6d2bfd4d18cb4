import { cutText } from "@boocode/shared/text/cut-text";
import { mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import pino, { type Logger as PinoLogger } from "pino";
import { redactSecrets } from "./redact.ts";
import { toLogLine } from "./to-log-line.ts";

export type Logger = PinoLogger;
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** The format of stderr: `text` for people, `json` for programs. The log file is always JSON. */
export type LogFormat = "text" | "json";

const MAX_FILE_BYTES = 8 * 1024 * 1024;
const KEPT_FILES = 5;
const MAX_TEXT_CHARS = 4_000;

/** Fields whose values are never logged, at the top level and one level down. Prompts and outputs are private. */
const HIDDEN = ["token", "secret", "password", "apiKey", "key", "authorization", "cookie", "env", "prompt", "text", "headers", "body"];

export interface LogOptions {
  level: LogLevel;
  /** The folder for log files, created with mode 0700; null logs to stderr only. */
  folder: string | null;
  /** The format of stderr; null writes nothing to stderr. */
  stderr: LogFormat | null;
  /** Values to redact wherever they appear. */
  secrets: readonly string[];
}

export interface Log {
  logger: Logger;
  /** Closes the file. Lines are written synchronously, so there is nothing to flush. */
  close(): void;
}

/**
 * Opens the structured log, one JSON object a line, on stderr and in `<folder>/boocode.log`. With `stderr: "text"`, stderr is for a person to read.
 * Writes are synchronous: the line before a crash is the one that matters.
 */
export function openLog(options: LogOptions): Log {
  const file = options.folder === null || options.level === "silent" ? null : new LogFile(options.folder);
  const stderr = options.stderr === null ? null : pino.destination({ dest: 2, sync: true });
  // The reader of stderr may be gone. Losing lines is acceptable; ending the daemon is not.
  stderr?.on("error", () => {});
  const write = (line: string) => {
    const clean = redactSecrets(line, options.secrets);
    stderr?.write(options.stderr === "text" ? toLogLine(clean) : clean);
    file?.write(clean);
  };
  const logger = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      redact: { paths: HIDDEN.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
      serializers: { err: toLoggedError, error: toLoggedError },
    },
    { write },
  );
  return { logger, close: () => file?.close() };
}

/** A logger that discards everything, for tests. */
export function silentLogger(): Logger {
  return pino({ level: "silent" });
}

function toLoggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: cutText(String(error), MAX_TEXT_CHARS) };
  const fault = "fault" in error ? error.fault : undefined;
  return {
    type: error.name,
    message: cutText(error.message, MAX_TEXT_CHARS),
    stack: error.stack === undefined ? undefined : cutText(error.stack, MAX_TEXT_CHARS),
    ...(fault === undefined ? {} : { fault }),
    ...(error.cause instanceof Error ? { cause: { type: error.cause.name, message: cutText(error.cause.message, MAX_TEXT_CHARS) } } : {}),
  };
}

/** A rotating log file: at the size limit it is renamed to `.1`, and the oldest file is deleted. */
class LogFile {
  readonly #path: string;
  #stream: pino.DestinationStream & { end(): void };
  #bytes: number;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#path = join(folder, "boocode.log");
    this.#bytes = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = this.#open();
  }

  write(line: string): void {
    if (this.#bytes > MAX_FILE_BYTES) this.#rotate();
    this.#bytes += Buffer.byteLength(line);
    this.#stream.write(line);
  }

  close(): void {
    this.#stream.end();
  }

  #open() {
    const stream = pino.destination({ dest: this.#path, sync: true, append: true, mode: 0o600 });
    // A full disk loses log lines but must not end the daemon.
    stream.on("error", () => {});
    return stream;
  }

  #rotate(): void {
    this.#stream.end();
    rmSync(`${this.#path}.${KEPT_FILES}`, { force: true });
    for (let age = KEPT_FILES - 1; age >= 1; age--) {
      if (statSync(`${this.#path}.${age}`, { throwIfNoEntry: false })) renameSync(`${this.#path}.${age}`, `${this.#path}.${age + 1}`);
    }
    renameSync(this.#path, `${this.#path}.1`);
    this.#bytes = 0;
    this.#stream = this.#open();
  }
}
