import { useEffect } from "react";
import { Toaster as Sonner } from "sonner";
import { markToasterReady } from "./toast-queue.ts";

/** Renders the toasts. Loaded after the page, because no action can fail before the person does something. */
export default function Toaster({ theme }: { theme: "system" | "light" | "dark" }) {
  useEffect(markToasterReady, []);
  return (
    <Sonner
      theme={theme}
      position="bottom-right"
      gap={8}
      // Above what stands at the foot of a panel, so that its buttons stay within reach.
      offset={{ bottom: 64, right: 16 }}
      // Above the composer, which is as wide as the page there.
      mobileOffset={{ bottom: 136 }}
      toastOptions={{
        classNames: {
          toast: "!rounded-lg !border !border-line !bg-raised !text-ink !shadow-popup !font-sans !text-base !items-start",
          description: "!text-muted",
          icon: "!mt-0.5 !text-removed",
          actionButton: "!bg-inset !text-ink !border !border-line-strong !rounded-md",
        },
      }}
    />
  );
}
