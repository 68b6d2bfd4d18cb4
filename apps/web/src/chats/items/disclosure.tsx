import clsx from "clsx";
import { ChevronRight } from "lucide-react";
import { useId, type ReactNode } from "react";

type DisclosureProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** Shown at the left of the line instead of the arrow. */
  icon?: ReactNode;
  /** One line, which is also the accessible name of the button. */
  title: ReactNode;
  /** Secondary facts at the end of the line. */
  aside?: ReactNode;
  /** The content; if null, the line cannot be opened. */
  children: ReactNode;
  /** Draws a border around the line and its content. */
  isCard?: boolean;
};

/** One line that opens the content below it. */
export function Disclosure({ isOpen, onOpenChange, icon, title, aside, children, isCard = false }: DisclosureProps) {
  const id = useId();
  const line = (
    <>
      <span className="flex size-4 shrink-0 items-center justify-center text-faint">
        {icon ?? <ChevronRight aria-hidden className={clsx("size-3 transition-transform", isOpen && "rotate-90")} />}
      </span>
      <span className="min-w-0 truncate">{title}</span>
      {children !== null && icon && (
        <ChevronRight
          aria-hidden
          className={clsx(
            "size-3 shrink-0 text-faint transition-transform",
            isOpen ? "rotate-90" : "opacity-0 group-hover/line:opacity-100 group-focus-visible/line:opacity-100",
          )}
        />
      )}
      {aside && <span className="tabular ml-auto flex shrink-0 items-center gap-2 pl-2 text-xs text-faint">{aside}</span>}
    </>
  );
  const row = clsx("flex w-full items-center gap-2 text-left text-base text-muted pointer-coarse:h-10", isCard ? "h-8 px-2.5" : "h-6");
  return (
    <div className={clsx(isCard && "overflow-hidden rounded-md border border-line bg-canvas")}>
      {children === null ? (
        <div className={row}>{line}</div>
      ) : (
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => onOpenChange(!isOpen)}
          className={clsx(row, "group/line rounded-md transition-colors hover:text-ink", isCard && "hover:bg-hover")}
        >
          {line}
        </button>
      )}
      {isOpen && children !== null && (
        <div id={id} className={clsx(isCard && "border-t border-line")}>
          {children}
        </div>
      )}
    </div>
  );
}
