import { ArrowUp, Square } from "lucide-react";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { measurePrompt } from "../../tasks/prompt-size.ts";
import type { Explanation } from "../../api/explain-fault.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { ComposerNotice } from "./composer-notice.tsx";
import { useGrowing } from "./use-growing.ts";

type ComposerProps = {
  text: string;
  onText: (text: string) => void;
  /** Called only when the text may be sent. */
  onSend: () => void;
  /** Null while no task runs in this chat. */
  onStop: (() => void) | null;
  isStopping: boolean;
  /** Why sending failed; the text is kept. */
  failure: Explanation | null;
  /** What goes with the text, above it; a prompt may be nothing else. Null without. */
  context: ReactNode;
  /** The pickers and the agent session chip, below the text. */
  toolbar: ReactNode;
};

/** The field for writing a prompt. Enter sends, Shift+Enter inserts a line break, Esc stops the running task. */
export function Composer({ text, onText, onSend, onStop, isStopping, failure, context, toolbar }: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useGrowing(field, text);
  useEffect(() => {
    // On a phone, focus would open the keyboard over the transcript.
    if (!window.matchMedia("(pointer: coarse)").matches) field.current?.focus({ preventScroll: true });
  }, []);

  const size = measurePrompt(text);
  const canSend = (text.trim() !== "" || context !== null) && !size.isTooLarge;
  const send = () => {
    if (canSend) onSend();
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Ignore the Enter that confirms an input method's composition; older engines report key code 229 instead of `isComposing`.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    }
  };

  return (
    <div className="rounded-lg border border-line-strong bg-raised transition-colors focus-within:border-accent has-[textarea:disabled]:opacity-60">
      {size.isTooLarge ? <ComposerNotice title="Too large to send" hint={size.words ?? ""} /> : failure && <ComposerNotice {...failure} />}
      {context}
      <textarea
        ref={field}
        aria-label="Message"
        placeholder={onStop ? "Queue a message…" : "What should be done?"}
        value={text}
        rows={1}
        spellCheck
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
        className="block field-sizing-content max-h-[40cqh] min-h-[58px] w-full resize-none overflow-y-auto bg-transparent px-3.5 pt-3 pb-1 text-[13.5px] leading-[21px] outline-none"
      />
      <div className="flex items-center gap-1 px-2 pt-0.5 pb-2">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-0.5 gap-y-1">{toolbar}</div>
        {size.words && !size.isTooLarge && (
          <span role="status" className="tabular shrink-0 px-1 text-sm text-faint">
            {size.words}
          </span>
        )}
        {onStop && (
          <IconButton
            label={isStopping ? "Stopping…" : "Stop"}
            aria-disabled={isStopping}
            shortcut="Esc"
            tooltipSide="top"
            onClick={isStopping ? undefined : onStop}
          >
            <Square aria-hidden className="fill-current" />
          </IconButton>
        )}
        <IconButton
          label="Send"
          shortcut="Enter"
          tooltipSide="top"
          disabled={!canSend}
          onClick={send}
          className="bg-ink! text-canvas! hover:opacity-90 disabled:bg-active! disabled:text-muted! disabled:opacity-100!"
        >
          <ArrowUp aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}
