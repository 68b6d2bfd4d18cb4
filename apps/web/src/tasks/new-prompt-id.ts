import type { PromptId } from "@boocode/shared/ids";

/** A new prompt id of 128 random bits. Also works outside secure contexts, where `randomUUID` is missing. */
export function newPromptId(): PromptId {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `p_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}` as PromptId;
}
