import { cutText } from "@boocode/shared/text/cut-text";
const MAX_REASON_CHARS = 400;

/** Thrown when opencode refuses a request or does not answer. The message is shown to the person. */
export class OpencodeRequestError extends Error {
  override readonly name = "OpencodeRequestError";
  /** Null if there was no answer. */
  readonly status: number | null;

  constructor(status: number | null, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** Makes the error for a request that got no answer, with its cause. */
export function toRequestError(error: unknown): OpencodeRequestError {
  if (error instanceof OpencodeRequestError) return error;
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError" || name === "AbortError") return notAnswered("it did not answer in time", error);
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? (error as NodeJS.ErrnoException).code;
  const isCut = code === "ECONNRESET" || code === "UND_ERR_SOCKET" || code === "EPIPE";
  return notAnswered(isCut ? "the connection broke" : (code ?? message), error);
}

function notAnswered(reason: string, error: unknown): OpencodeRequestError {
  return new OpencodeRequestError(null, `opencode does not answer: ${reason}`, error);
}

/** Makes the error for a refused request, with the message from opencode's error body or else the beginning of the body. */
export function toRefusal(status: number, body: string): OpencodeRequestError {
  const json = parseJson(body) as { message?: unknown; data?: { message?: unknown } } | null;
  const said = json?.data?.message ?? json?.message;
  const reason = cutText(typeof said === "string" ? said : body, MAX_REASON_CHARS);
  return new OpencodeRequestError(status, `opencode answered ${status}: ${reason}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
