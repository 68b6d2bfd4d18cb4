/** A JSON-RPC error response from an agent. */
export interface AgentAnswerError {
  code: number;
  message: string;
}

const AUTH_REQUIRED = -32_000;
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
const RESOURCE_NOT_FOUND = -32_002;
const SESSION_GONE =
  /resource not found|(?:no such|unknown|invalid|missing) session|session\b[^.]*\b(?:not found|does not exist|is gone|was closed)/i;
/** What an adapter says when the program behind it has died. */
const PROGRAM_GONE = /\bprocess\b[^.]*\b(?:exited|died|crashed|was killed|terminated)\b/i;
const LOGIN_WORDS = /\bauth(?:entication|enticate|orization)?\b|\blog(?:ged)? ?in\b|\bsign ?in\b/i;
/** How many attempts to load an earlier session are made before it counts as lost. */
const MAX_LOAD_ATTEMPTS = 3;

/**
 * Returns whether the agent requires a login. `hasWays`: the agent listed its login methods. The error code alone is not enough, because
 * agents also use it for other failures.
 */
export function isLoginNeeded({ code, message }: AgentAnswerError, hasWays: boolean): boolean {
  return code === AUTH_REQUIRED && (hasWays || LOGIN_WORDS.test(message));
}

/** Returns whether the error means that the agent does not have the requested session. */
function isSessionGone({ code, message }: AgentAnswerError): boolean {
  return code === RESOURCE_NOT_FOUND || SESSION_GONE.test(message);
}

/**
 * Decides what happens to an agent's process after it answered a prompt with an error.
 *
 * A process that has lost its session or the program behind it, or returns the same error twice in a row, would fail every prompt the same
 * way: a new one is started. `before` is the error that answered the previous prompt, if any. `hasActed`: the agent did something in this
 * turn. One that answers at once that it has no such session has not heard the prompt, so the new process is asked again.
 */
export function decideAfterError(
  error: AgentAnswerError,
  before: AgentAnswerError | null,
  hasActed: boolean,
): "keep" | "start_anew" | "ask_again" {
  if (isSessionGone(error) && !hasActed) return "ask_again";
  const isSame = before !== null && before.code === error.code && before.message === error.message;
  return isSame || isSessionGone(error) || PROGRAM_GONE.test(error.message) ? "start_anew" : "keep";
}

/**
 * Decides what to do after an earlier session failed to load. `attempt` counts from 1.
 *
 * Only an error that cannot change counts as lost immediately. Any other may be transient, and a context that is given up cannot be
 * recovered.
 */
export function decideLoadError(error: AgentAnswerError, attempt: number, hasWays: boolean): "ask_again" | "lost" | "log_in" {
  if (isLoginNeeded(error, hasWays)) return "log_in";
  const isFinal = error.code === METHOD_NOT_FOUND || error.code === INVALID_PARAMS || isSessionGone(error);
  return isFinal || attempt >= MAX_LOAD_ATTEMPTS ? "lost" : "ask_again";
}
