import type { Attachment } from "@boocode/shared/attachments/attachment";

/** What is sent to repeat a prompt. */
export interface RepeatedPrompt {
  text: string;
  /** It calls the skill whose name its text begins with. */
  kind?: "skill";
  /** The files that it carries. Absent: none. */
  attachments?: readonly Attachment[];
}

interface AskedPrompt {
  text: string;
  kind: string;
  isSkill?: boolean;
  attachments?: readonly Attachment[];
}

/** Returns what repeats a prompt, given as a task or as an item of a transcript: one that called a skill calls it again. */
export function repeatPrompt({ text, kind, isSkill, attachments = [] }: AskedPrompt): RepeatedPrompt {
  const files = attachments.length === 0 ? {} : { attachments };
  return kind === "skill" || isSkill ? { text, kind: "skill", ...files } : { text, ...files };
}
