import type { SessionId } from "@boocode/shared/ids";
import { ArrowUp, Square } from "lucide-react";
import { useEffect, useId, useRef, type ClipboardEvent, type KeyboardEvent, type ReactNode } from "react";
import { measurePrompt } from "../../tasks/prompt-size.ts";
import type { Explanation } from "../../api/faults/explain-fault.ts";
import { isFocusKept } from "../../ui/browser/is-focus-kept.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { SuggestionMenu } from "./menu/suggestion-menu.tsx";
import type { Suggestions } from "./menu/suggestion.ts";
import { useComposerMenu } from "./menu/use-composer-menu.ts";
import { ComposerNotice } from "./composer-notice.tsx";
import { decideRecall } from "./recall.ts";
import { useGrowing } from "./use-growing.ts";

type ComposerProps = {
  text: string;
  onText: (text: string) => void;
  /** Called only when the text may be sent. `isOther`: with Mod held. */
  onSend: (isOther: boolean) => void;
  placeholder: string;
  /** What sending does, beside its button. Null if there is only one way. */
  sendChoice: ReactNode;
  /** Null while no task runs in this chat. */
  onStop: (() => void) | null;
  isStopping: boolean;
  /** Why sending failed; the text is kept. */
  failure: Explanation | null;
  /** What goes with the text, above it; a prompt may be nothing else. Null without. */
  context: ReactNode;
  /** Why the prompt cannot be sent yet; null if it can. */
  blocked: string | null;
  onPaste: (event: ClipboardEvent) => void;
  /** The prompts of the chat, the newest first, which the up key brings back. */
  history: () => readonly string[];
  /** The session whose files the menu over the field offers. */
  sessionId: SessionId;
  /** What that menu offers for a word with a slash. */
  suggestSlash: (query: string) => Suggestions | null;
  /** Says what will become of the text; null if it is a prompt like any other. */
  outcome: string | null;
  /** The pickers and the agent session chip, below the text. */
  toolbar: ReactNode;
};

/** The field for writing a prompt. Enter sends, Shift+Enter inserts a line break, Esc stops the running task. */
export function Composer({
  text,
  onText,
  onSend,
  placeholder,
  sendChoice,
  onStop,
  isStopping,
  failure,
  context,
  blocked,
  onPaste,
  history,
  sessionId,
  suggestSlash,
  outcome,
  toolbar,
}: ComposerProps) {
  const recalledAt = useRef<number | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const outcomeId = useId();
  const { menu, onKeyDown: onMenuKey, fieldProps, onWritten } = useComposerMenu({ field, text, onText, sessionId, suggestSlash });
  useGrowing(field, text);
  useEffect(() => {
    // On a phone, focus would open the keyboard over the transcript.
    if (!window.matchMedia("(pointer: coarse)").matches && !isFocusKept(field.current)) field.current?.focus({ preventScroll: true });
  }, []);

  const size = measurePrompt(text);
  const canSend = (text.trim() !== "" || context !== null) && !size.isTooLarge && blocked === null;
  const send = (isOther: boolean) => {
    if (canSend) onSend(isOther);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Ignore the Enter that confirms an input method's composition; older engines report key code 229 instead of `isComposing`.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (onMenuKey(event)) return;
    if ((event.key === "ArrowUp" || event.key === "ArrowDown") && !hasModifier(event)) {
      const { selectionStart: caret, selectionEnd } = event.currentTarget;
      const recalled = caret === selectionEnd ? decideRecall({ prompts: history(), at: recalledAt.current, text, caret }, event.key) : null;
      if (!recalled) return;
      event.preventDefault();
      recalledAt.current = recalled.at;
      onText(recalled.text);
    }
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send(event.ctrlKey || event.metaKey);
    }
  };

  return (
    <div className="relative rounded-lg border border-line-strong bg-raised transition-colors focus-within:border-accent has-[textarea:disabled]:opacity-60">
      {menu && <SuggestionMenu {...menu} />}
      {size.isTooLarge ? <ComposerNotice title="Too large to send" hint={size.words ?? ""} /> : failure && <ComposerNotice {...failure} />}
      {context}
      <textarea
        ref={field}
        aria-label="Message"
        placeholder={placeholder}
        value={text}
        rows={1}
        spellCheck
        onChange={({ target }) => {
          onWritten(target.value, target.selectionEnd);
          onText(target.value);
        }}
        {...fieldProps}
        aria-describedby={outcome === null || menu !== null ? undefined : outcomeId}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        className="block field-sizing-content max-h-[40cqh] min-h-[58px] w-full resize-none overflow-y-auto bg-transparent px-3.5 pt-3 pb-1 text-[13.5px] leading-[21px] outline-none"
      />
      {blocked !== null && (
        <p role="status" className="px-3.5 pb-1 text-xs break-words text-muted">
          {blocked}
        </p>
      )}
      {outcome !== null && menu === null && (
        <p id={outcomeId} role="status" className="px-3.5 pb-1 text-xs break-words text-muted">
          {outcome}
        </p>
      )}
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
        {sendChoice}
        <IconButton
          label="Send"
          shortcut="Enter"
          tooltipSide="top"
          disabled={!canSend}
          onClick={() => send(false)}
          className="bg-ink! text-canvas! hover:opacity-90 disabled:bg-active! disabled:text-muted! disabled:opacity-100!"
        >
          <ArrowUp aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}

const hasModifier = ({ shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent) => shiftKey || altKey || ctrlKey || metaKey;
