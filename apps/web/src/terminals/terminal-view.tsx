import type { Terminal } from "@boocode/shared/terminals/terminal";
import { Accessibility, Search } from "lucide-react";
import { Suspense, useId, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { copyText } from "../ui/browser/copy-text.ts";
import { isBoolean, useStoredState } from "../ui/browser/stored-state.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { describeEnd } from "./describe-end.ts";
import { TerminalSearch } from "./terminal-search.tsx";
import { useRestartTerminal } from "./use-terminals.ts";
import { useScreen } from "./use-screen.ts";
import { later } from "../ui/browser/later.ts";

const PasteDialog = later(() => import("./paste-dialog.tsx"));
const LinkDialog = later(() => import("./link-dialog.tsx"));

/** A terminal with its screen, its search, and how it ended. */
export default function TerminalView({ terminal }: { terminal: Terminal }) {
  const place = useRef<HTMLDivElement>(null);
  const [isSearching, setSearching] = useState(false);
  const [pasted, setPasted] = useState<string | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const [isForReader, setForReader] = useStoredState("terminal.reader", false, isBoolean);
  const restart = useRestartTerminal();
  const hintId = useId();
  const screen = useScreen(terminal, place, isForReader, {
    onLink: setLink,
    onFind: () => setSearching(true),
    onCopy: (text) => void copyText(text),
    // A line end would run what stands before it.
    onPaste: (text) => (/[\r\n]/.test(text) ? setPasted(text) : screen?.paste(text)),
  });
  return (
    <section aria-label="Terminal" aria-describedby={hintId} className="group/terminal relative flex min-h-0 flex-1 flex-col">
      <p id={hintId} className="sr-only">
        F6 leaves the terminal.
      </p>
      {terminal.isRestricted && (
        <p className="shrink-0 border-b border-line px-3 py-1 text-sm text-muted">
          This project is not trusted: git here runs no hooks or other programs of the repository.
        </p>
      )}
      <div className="relative min-h-0 flex-1">
        <div ref={place} className="absolute inset-0 overflow-hidden py-1 pl-2" />
        <div className="absolute top-1 right-3 flex gap-0.5 rounded-md bg-canvas opacity-0 group-hover/terminal:opacity-100 focus-within:opacity-100 pointer-coarse:opacity-100">
          <IconButton size="sm" label="Find" shortcut="Mod+Shift+F" tooltipSide="left" onClick={() => setSearching(true)}>
            <Search aria-hidden />
          </IconButton>
          <IconButton
            size="sm"
            label="Screen reader mode"
            tooltipSide="left"
            pressed={isForReader}
            onClick={() => setForReader(!isForReader)}
          >
            <Accessibility aria-hidden />
          </IconButton>
        </div>
        {isSearching && screen && (
          <TerminalSearch
            onFind={(text, step) => screen.find(text, step)}
            onDone={() => {
              screen.find("", 1);
              setSearching(false);
              screen.focus();
            }}
          />
        )}
      </div>
      {terminal.end && (
        <output className="flex shrink-0 items-center gap-3 border-t border-line bg-inset px-3 py-1.5 text-muted">
          {describeEnd(terminal.end)}
          <Button
            size="sm"
            className="ml-auto"
            busy={restart.isPending}
            onClick={() => restart.mutate({ id: terminal.id, ...(screen?.size ?? terminal) }, { onSuccess: () => screen?.focus() })}
          >
            Restart
          </Button>
        </output>
      )}
      <Suspense>
        {pasted !== null && (
          <PasteDialog
            text={pasted}
            onPaste={() => screen?.paste(pasted)}
            onDone={() => {
              setPasted(null);
              screen?.focus();
            }}
          />
        )}
        {link !== null && <LinkDialog url={link} onDone={() => setLink(null)} />}
      </Suspense>
    </section>
  );
}
