import { clsx } from "clsx";
import { useEffect, useRef } from "react";
import { toCount } from "../../../ui/labels.ts";
import { POPUP } from "../../../ui/popups/popup.ts";
import type { Suggestion } from "./suggestion.ts";
import { optionId, type OpenMenu } from "./use-composer-menu.ts";

/** The menu over the composer. The text field keeps the focus and names the highlighted suggestion. */
export function SuggestionMenu({ id, shown, active, onActive, onPick }: OpenMenu) {
  const { label, groups, note } = shown;
  const sizes = groups.map(({ suggestions }) => suggestions.length);
  const count = sizes.reduce((sum, size) => sum + size, 0);
  return (
    <div
      className={clsx(POPUP, "absolute inset-x-0 bottom-full z-40 mb-1.5 flex max-h-[min(20rem,45cqh)] flex-col overflow-hidden")}
      role="presentation"
      // The text field keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
    >
      <div id={id} role="listbox" aria-label={label} className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-1 empty:hidden">
        {groups.map(({ heading, suggestions }, group) => {
          const first = sizes.slice(0, group).reduce((sum, size) => sum + size, 0);
          return suggestions.length === 0 ? null : (
            <div key={heading} role="group" aria-label={heading}>
              <div aria-hidden className="px-2 pt-1.5 pb-0.5 text-xs text-faint">
                {heading}
              </div>
              {suggestions.map((suggestion, place) => (
                <Option
                  key={suggestion.id}
                  id={optionId(id, first + place)}
                  suggestion={suggestion}
                  isActive={first + place === active}
                  onActive={() => onActive(first + place)}
                  onPick={() => onPick(suggestion)}
                />
              ))}
            </div>
          );
        })}
      </div>
      {note !== null && <p className="border-t border-line px-3 py-2 text-sm text-muted first:border-t-0">{note}</p>}
      <span role="status" className="sr-only">
        {count === 0 ? "" : `${toCount(count, "suggestion")}. Up and down to choose, Enter to insert.`}
      </span>
    </div>
  );
}

type OptionProps = { id: string; suggestion: Suggestion; isActive: boolean; onActive: () => void; onPick: () => void };

function Option({ id, suggestion: { label, icon, hint, detail, origin }, isActive, onActive, onPick }: OptionProps) {
  const option = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isActive) option.current?.scrollIntoView({ block: "nearest" });
  }, [isActive]);
  return (
    // Keys are handled by the text field, which has the focus.
    <button
      ref={option}
      type="button"
      tabIndex={-1}
      id={id}
      role="option"
      aria-selected={isActive}
      onMouseMove={isActive ? undefined : onActive}
      onClick={onPick}
      className={clsx(
        "flex min-h-7 w-full items-baseline gap-x-2 text-left rounded-md px-2 py-1 select-none max-sm:min-h-10",
        isActive && "bg-hover",
      )}
    >
      {icon && <span className="shrink-0 self-center text-faint">{icon}</span>}
      <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
        <span className="max-w-full truncate font-mono text-[12.5px]">{label}</span>
        {hint && <span className="max-w-full truncate text-xs text-faint">{hint}</span>}
        {detail && <span className="min-w-0 flex-1 truncate text-sm text-muted max-sm:basis-full">{detail}</span>}
      </span>
      {origin && <span className="max-w-[40%] shrink-0 truncate text-xs text-faint">{origin}</span>}
    </button>
  );
}
