import { cutText } from "@boocode/shared/text/cut-text";

const MAX_CAUSES = 5;
const MAX_REASON_CHARS = 300;

/** Finds the message of a failed `fetch`, which is hidden in its causes. */
export function reasonOf(error: unknown): string {
  const deepest = listCauses(error).at(-1);
  const words = deepest instanceof AggregateError ? (messageOf(deepest.errors[0]) ?? deepest.message) : deepest?.message;
  return cutText(words || codeOf(error) || "no reason given", MAX_REASON_CHARS);
}

/** Finds the system's code of a failed `fetch`, such as `ECONNREFUSED`; empty if there is none. */
export function codeOf(error: unknown): string {
  for (const cause of listCauses(error)) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
  }
  return "";
}

const messageOf = (error: unknown) => (error as Error | undefined)?.message;

function listCauses(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && causes.length < MAX_CAUSES; cause = cause.cause) causes.push(cause);
  return causes;
}
