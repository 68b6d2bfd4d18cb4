import { toCount } from "../../ui/labels.ts";

/** Says in a few words what waits for the person in the inbox; null if nothing does. */
export function describeWaiting(questions: number, held: number): string | null {
  const parts = [questions > 0 ? toCount(questions, "question") : null, held > 0 ? toCount(held, "held message") : null];
  const words = parts.filter((part) => part !== null).join(" and ");
  return words === "" ? null : `${words} for you`;
}
