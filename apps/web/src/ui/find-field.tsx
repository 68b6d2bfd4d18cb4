import { clsx } from "clsx";
import { ChevronDown, ChevronUp, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { IconButton } from "./icon-button.tsx";

type FindFieldProps = {
  /** Its accessible name. */
  label: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  /** What was found; empty if nothing is looked for. */
  status: string;
  /** Whether there is a place to go to. */
  canStep: boolean;
  onStep: (step: 1 | -1) => void;
  onDone: () => void;
  /** Counts how often it was asked for: each time its text is selected. */
  asked?: number;
  className?: string;
};

/** A field over a view that looks for a text in it. Enter goes to the next place, Shift+Enter to the one before, Escape ends it. */
export function FindField(props: FindFieldProps) {
  const { label, placeholder, text, onText, status, canStep, onStep, onDone, asked = 1, className } = props;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (asked === 0) return;
    field.current?.focus();
    field.current?.select();
  }, [asked]);
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") onDone();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search
      aria-label={label}
      data-own-escape
      className={clsx(
        "absolute z-10 flex max-w-[calc(100%-2rem)] items-center gap-0.5 rounded-md border border-line-strong bg-raised p-0.5 shadow-popup",
        className,
      )}
    >
      <input
        ref={field}
        aria-label={label}
        value={text}
        maxLength={200}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={press}
        className="h-6 w-44 min-w-0 bg-transparent px-2 text-sm outline-none placeholder:text-faint pointer-coarse:h-10"
      />
      <span role="status" className="tabular px-1 text-sm whitespace-nowrap text-muted empty:hidden">
        {status}
      </span>
      <IconButton size="sm" label="Previous place" shortcut="Shift+Enter" disabled={!canStep} onClick={() => onStep(-1)}>
        <ChevronUp aria-hidden />
      </IconButton>
      <IconButton size="sm" label="Next place" shortcut="Enter" disabled={!canStep} onClick={() => onStep(1)}>
        <ChevronDown aria-hidden />
      </IconButton>
      <IconButton size="sm" label="Close search" shortcut="Esc" onClick={onDone}>
        <X aria-hidden />
      </IconButton>
    </search>
  );
}
