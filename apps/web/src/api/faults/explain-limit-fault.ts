import type { Fault } from "@boocode/shared/faults/fault";

/** The faults of limits and of attached files: of what may be kept, and of what may be used. */
export type LimitFault = Extract<
  Fault,
  { kind: "body_too_large" | "queue_full" | "too_many" | "budget_used_up" | "blob_not_found" | "attachments_too_large" }
>;

interface LimitExplanation {
  title: string;
  hint: string;
  action: "reload" | null;
}

/** The text shown when a limit is reached. */
export function explainLimitFault(fault: LimitFault): LimitExplanation {
  switch (fault.kind) {
    case "body_too_large":
      return say("That is too large to send", `The limit is ${toMb(fault.maxBytes)} at once. Your text is still in the composer.`);
    case "queue_full":
      return say("The queue is full", `At most ${fault.limit} messages may wait in a session. Your text is still in the composer.`);
    case "too_many":
      if (fault.what === "comments")
        return say("Too many comments", `The limit is ${fault.limit}. Send them with a prompt, or remove some.`);
      if (fault.what === "line ranges")
        return say("Too many line ranges for one export", `The limit is ${fault.limit}. Apply or reject some of the changes first.`);
      if (fault.what === "attachments") return say("Too many files", `A message takes at most ${fault.limit}. Remove some.`);
      if (fault.what === "uploads") return say("Too many files are being stored", "Try again in a moment.");
      return say(`Too many ${fault.what}`, `The limit is ${fault.limit}. Close some and try again.`);
    case "blob_not_found":
      return say("An attached file is not stored any more", "Remove it and attach it again. Your text is still in the composer.");
    case "attachments_too_large":
      return say("The attached files are too large", `They have ${toMb(fault.bytes)} together; the limit is ${toMb(fault.maxBytes)}.`);
    case "budget_used_up":
      return {
        title: fault.scope === "session" ? "This session's budget is used up" : "Today's budget is used up",
        hint: "The message waits, and nothing was stopped. Raise the budget, or send the message anyway.",
        action: "reload",
      };
  }
}

const toMb = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, "")} MB`;
const say = (title: string, hint: string): LimitExplanation => ({ title, hint, action: null });
