import type * as Sonner from "sonner";
import { copyText } from "../browser/copy-text.ts";
import { whenToasterReady } from "./toast-queue.ts";

/** Shows a failed action of the person as a toast; `details` can be copied. */
export function toastFailure(words: { title: string; hint: string; details?: string | undefined }): void {
  const { title, hint, details } = words;
  show(({ toast }) =>
    toast.error(title, {
      // A repeated failure shows one toast.
      id: title,
      description: hint,
      duration: 8_000,
      ...(details ? { action: { label: "Copy details", onClick: () => void copyText(details) } } : {}),
    }),
  );
}

/**
 * Shows a note that needs no answer, with at most one action. It stays longer if there is something to do; `id` is for taking it away before
 * that, with {@link dismissNote}.
 */
export function toastNote(title: string, action?: { label: string; onClick: () => void }, id?: string): void {
  show(({ toast }) => toast(title, action ? { duration: 10_000, action, ...(id === undefined ? {} : { id }) } : { duration: 5_000 }));
}

/** Takes a note away whose action no longer does anything. */
export function dismissNote(id: string): void {
  show(({ toast }) => void toast.dismiss(id));
}

function show(run: (sonner: typeof Sonner) => void): void {
  whenToasterReady(() => void import("sonner").then(run));
}
