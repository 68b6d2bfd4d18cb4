import { Dialog as Base } from "@base-ui/react/dialog";
import { clsx } from "clsx";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { POPUP } from "./popup.ts";

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The heading and accessible name. */
  title: string;
  /** A sentence in place of the heading; the title is then a small line above it. */
  sentence?: string | undefined;
  description?: ReactNode;
  /** The buttons. The first has the focus, or the one marked with `data-safest`; unless a field is marked with `data-focus-first`. */
  footer?: ReactNode;
  className?: string;
  children?: ReactNode;
};

/** A modal dialog. Escape or a click outside closes it, and focus returns to where it was. */
export function Dialog({ open, onOpenChange, title, sentence, description, footer, className, children }: DialogProps) {
  const footerRef = useRef<HTMLElement>(null);
  const popupRef = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop
          forceRender
          className="fixed inset-0 z-40 bg-overlay transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
        />
        <Base.Viewport className="fixed inset-0 z-40 grid place-items-center overflow-auto p-4">
          <Base.Popup
            ref={popupRef}
            // Focus the safest answer first, not the close button.
            initialFocus={() =>
              popupRef.current?.querySelector<HTMLElement>("[data-focus-first]") ??
              footerRef.current?.querySelector<HTMLElement>("[data-safest]") ??
              footerRef.current?.querySelector("button") ??
              true
            }
            className={clsx(POPUP, "flex max-h-full w-full max-w-md flex-col overflow-hidden rounded-xl", className)}
          >
            <header className="flex items-start gap-3 px-5 pt-4 pb-3">
              <div className="min-w-0 flex-1">
                <Base.Title className={sentence === undefined ? "text-md font-semibold" : "text-sm font-medium text-muted"}>
                  {title}
                </Base.Title>
                {(sentence ?? description) !== undefined && (
                  <Base.Description render={<div />}>
                    {sentence !== undefined && <p className="mt-0.5 text-md font-semibold [overflow-wrap:anywhere]">{sentence}</p>}
                    {description !== undefined && <div className="mt-1 text-muted [overflow-wrap:anywhere]">{description}</div>}
                  </Base.Description>
                )}
              </div>
              <Base.Close
                aria-label="Close"
                className="-mr-2 inline-flex size-7 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink"
              >
                <X className="size-4" />
              </Base.Close>
            </header>
            {children && <div className="min-h-0 flex-1 overflow-auto px-5 pb-5">{children}</div>}
            {footer && (
              <footer ref={footerRef} className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
                {footer}
              </footer>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
