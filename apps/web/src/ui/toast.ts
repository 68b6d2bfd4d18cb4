import { toast } from "sonner";
import { copyText } from "./copy-text.ts";

/** A failure of something the person did, in words; `details` is offered for copying. */
export function toastFailure(words: { title: string; hint: string; details?: string | undefined }): void {
  const { title, hint, details } = words;
  toast.error(title, {
    description: hint,
    duration: 8_000,
    ...(details ? { action: { label: "Copy details", onClick: () => void copyText(details) } } : {}),
  });
}

/** Something worth knowing that needs no answer; at most one action. */
export function toastNote(title: string, action?: { label: string; onClick: () => void }): void {
  toast(title, { duration: 5_000, ...(action ? { action } : {}) });
}
