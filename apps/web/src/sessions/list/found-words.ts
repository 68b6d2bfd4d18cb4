import { toCount } from "../../ui/labels.ts";

/** The number of sessions a search found, for screen readers. */
export function toFoundWords(count: number): string {
  return count === 0 ? "No session found" : `${toCount(count, "session")} found`;
}
