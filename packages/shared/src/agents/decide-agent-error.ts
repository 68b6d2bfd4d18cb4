/** An error that an agent answers with, as JSON-RPC has it. */
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
const LOGIN_WORDS = /\bauth(?:entication|enticate|orization)?\b|\blog(?:ged)? ?in\b|\bsign ?in\b/i;
/** How often an earlier session is asked for before it counts as lost. */
const MAX_LOAD_ATTEMPTS = 3;

/** Whether the agent wants its user to log in. `hasWays`: it said how; the code alone is also used for anything that went wrong. */
export function isLoginNeeded({ code, message }: AgentAnswerError, hasWays: boolean): boolean {
  return code === AUTH_REQUIRED && (hasWays || LOGIN_WORDS.test(message));
}

/** Whether an error says that the agent does not have the session it was asked about. */
function isSessionGone({ code, message }: AgentAnswerError): boolean {
  return code === RESOURCE_NOT_FOUND || SESSION_GONE.test(message);
}

/**
 * Decides whether an agent's process is still good after it answered a prompt with an error.
 *
 * One that has lost its session, or says the same twice in a row, is behind an adapter whose inner program died: it would answer every
 * prompt so. `before` is what the prompt directly before was answered with, where that was an error too.
 */
export function decideAfterError(error: AgentAnswerError, before: AgentAnswerError | null): "keep" | "start_anew" {
  const isSame = before !== null && before.code === error.code && before.message === error.message;
  return isSame || isSessionGone(error) ? "start_anew" : "keep";
}

/**
 * Decides what an error makes of going on with an earlier session. `attempt` counts from 1.
 *
 * Only what cannot change counts as lost at once; anything else may be passing, since a context that is given up cannot be had back.
 */
export function decideLoadError(error: AgentAnswerError, attempt: number, hasWays: boolean): "ask_again" | "lost" | "log_in" {
  if (isLoginNeeded(error, hasWays)) return "log_in";
  const isFinal = error.code === METHOD_NOT_FOUND || error.code === INVALID_PARAMS || isSessionGone(error);
  return isFinal || attempt >= MAX_LOAD_ATTEMPTS ? "lost" : "ask_again";
}
