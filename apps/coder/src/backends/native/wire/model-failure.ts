import { cutText } from "@boocode/shared/text/cut-text";
import type { TaskCause, TaskEvidence } from "@boocode/shared/tasks/task";
import { readError } from "./error-words.ts";

const MAX_MESSAGE = 1_000;
const MAX_PLAIN = 300;

/** A failure of a model endpoint. `message` is shown to the person and never contains the key. */
export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
  readonly taskCause: TaskCause;
  readonly httpStatus: number | null;
  /** When a usage limit ends, in epoch milliseconds; null if it is none or names no time. */
  readonly resetsAt: number | null;

  constructor(taskCause: TaskCause, message: string, httpStatus: number | null = null, resetsAt: number | null = null) {
    super(message);
    this.taskCause = taskCause;
    this.httpStatus = httpStatus;
    this.resetsAt = resetsAt;
  }
}

/** Converts an HTTP status to the cause of the turn's end. */
export function causeOfStatus(status: number): TaskCause {
  if (status === 429) return "model_rate_limited";
  return status >= 500 ? "model_failed" : "model_refused";
}

/** Extracts the message of an error answer of any shape, or else the beginning of its text without HTML markup. */
export function messageOfBody(body: string): string {
  try {
    const { words } = readError(JSON.parse(body));
    if (words !== "") return cutText(words, MAX_MESSAGE);
  } catch {
    // The body is not JSON; use its text.
  }
  return cutText(
    body
      .replace(/<(style|script)\b.*?<\/\1>|<[^>]*>/gis, " ")
      .replace(/\s+/g, " ")
      .trim(),
    MAX_PLAIN,
  );
}

/** Converts an error to a failure. An error thrown by the SDK is a bug in this program, because server errors are recognised earlier. */
export function toModelFailure(error: unknown): ModelFailure {
  if (error instanceof ModelFailure) return error;
  return new ModelFailure("internal", error instanceof Error && error.message !== "" ? error.message : String(error));
}

/** Makes bounded evidence of a failure, with all secrets removed. */
export function toEvidence(failure: ModelFailure, secrets: readonly string[]): TaskEvidence {
  const message = secrets
    .filter((secret) => secret.length >= 4)
    .reduce((text, secret) => text.replaceAll(secret, "[key]"), failure.message);
  return {
    message: cutText(message, MAX_MESSAGE).toWellFormed(),
    ...(failure.httpStatus === null ? {} : { httpStatus: failure.httpStatus }),
    ...(failure.resetsAt === null ? {} : { resetsAt: failure.resetsAt }),
  };
}
