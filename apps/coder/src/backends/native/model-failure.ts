import type { TaskCause, TaskEvidence } from "@boocode/shared/tasks/task";

const MAX_MESSAGE = 1_000;

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

/** The words of an error answer: the message of OpenAI's and Ollama's shapes, else the beginning of its text. */
export function messageOfBody(body: string): string {
  try {
    const { error, message, detail } = JSON.parse(body) as { error?: unknown; message?: unknown; detail?: unknown };
    const inner = typeof error === "object" && error !== null ? (error as { message?: unknown }).message : error;
    const found = [inner, message, detail].find((candidate) => typeof candidate === "string" && candidate !== "");
    if (typeof found === "string") return found.slice(0, MAX_MESSAGE);
  } catch {
    // Not JSON: then its text is all there is.
  }
  return body.trim().slice(0, 300);
}

/**
 * What the SDK reports beside transport: an event that is no JSON or no completion is garbage, an error object in the stream is
 * the model's own failure. Everything else is a fault of this program.
 */
export function toModelFailure(error: unknown): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const { name, message, statusCode } = describeError(error);
  if (/JSONParse|TypeValidation|EmptyResponseBody/.test(name)) {
    return new ModelFailure("model_garbage", `The model sent something that is no answer: ${message}`);
  }
  if (name === "AI_StreamProviderError" || !(error instanceof Error)) return new ModelFailure("model_failed", message, statusCode);
  return new ModelFailure("internal", message);
}

/** Evidence of a failure, bounded, with every secret taken out. */
export function toEvidence(failure: ModelFailure, secrets: readonly string[]): TaskEvidence {
  const message = secrets
    .filter((secret) => secret.length >= 4)
    .reduce((text, secret) => text.replaceAll(secret, "[key]"), failure.message);
  return { message: message.slice(0, MAX_MESSAGE), ...(failure.httpStatus === null ? {} : { httpStatus: failure.httpStatus }) };
}

function describeError(error: unknown): { name: string; message: string; statusCode: number | null } {
  if (typeof error === "string") return { name: "", message: error.slice(0, MAX_MESSAGE), statusCode: null };
  const { name, message, statusCode, code } = (error ?? {}) as { name?: unknown; message?: unknown; statusCode?: unknown; code?: unknown };
  const status = [statusCode, code].find((candidate) => typeof candidate === "number" && candidate >= 400 && candidate <= 599);
  return {
    name: typeof name === "string" ? name : "",
    message: typeof message === "string" && message !== "" ? message.slice(0, MAX_MESSAGE) : "The model reported an error without words.",
    statusCode: typeof status === "number" ? status : null,
  };
}
