import { cutText } from "@boocode/shared/text/cut-text";
import type { TaskCause, TaskEvidence } from "@boocode/shared/tasks/task";
import { readError } from "./error-words.ts";

const MAX_MESSAGE = 1_000;
const MAX_PLAIN = 300;

/** A model endpoint did not do its part. `message` is for a person; the key never stands in it. */
export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
  readonly taskCause: TaskCause;
  readonly httpStatus: number | null;

  constructor(taskCause: TaskCause, message: string, httpStatus: number | null = null) {
    super(message);
    this.taskCause = taskCause;
    this.httpStatus = httpStatus;
  }
}

/** What a status means for the turn. */
export function causeOfStatus(status: number): TaskCause {
  if (status === 429) return "model_rate_limited";
  return status >= 500 ? "model_failed" : "model_refused";
}

/** The words of an error answer, in whatever shape its server has for them; else the beginning of its text, without a page's markup. */
export function messageOfBody(body: string): string {
  try {
    const { words } = readError(JSON.parse(body));
    if (words !== "") return cutText(words, MAX_MESSAGE);
  } catch {
    // Not JSON: then its text is all there is.
  }
  return cutText(
    body
      .replace(/<(style|script)\b.*?<\/\1>|<[^>]*>/gis, " ")
      .replace(/\s+/g, " ")
      .trim(),
    MAX_PLAIN,
  );
}

/** What the SDK throws is a fault of this program: everything that comes from the model's server is told apart before. */
export function toModelFailure(error: unknown): ModelFailure {
  if (error instanceof ModelFailure) return error;
  return new ModelFailure("internal", error instanceof Error && error.message !== "" ? error.message : String(error));
}

/** Evidence of a failure, bounded, with every secret taken out. */
export function toEvidence(failure: ModelFailure, secrets: readonly string[]): TaskEvidence {
  const message = secrets
    .filter((secret) => secret.length >= 4)
    .reduce((text, secret) => text.replaceAll(secret, "[key]"), failure.message);
  return {
    message: cutText(message, MAX_MESSAGE).toWellFormed(),
    ...(failure.httpStatus === null ? {} : { httpStatus: failure.httpStatus }),
  };
}
