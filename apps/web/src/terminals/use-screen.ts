import type { Terminal } from "@boocode/shared/terminals/terminal";
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from "react";
import { toBackOffMs } from "../api/back-off.ts";
import { faultOf } from "../api/faults/explain-fault.ts";
import { reportFailure } from "../api/faults/failures.ts";
import { trpcClient } from "../api/trpc.ts";
import { isFocusKept } from "../ui/browser/is-focus-kept.ts";
import { TerminalLine } from "./terminal-line.ts";
import { TerminalScreen, type TerminalScreenDeps } from "./terminal-screen.ts";

type Asks = Omit<TerminalScreenDeps, "onType">;

const RESIZE_AFTER_MS = 80;

/** Draws a terminal into an element while the component is there. Returns its screen; null until it is there. */
export function useScreen(
  terminal: Terminal,
  place: RefObject<HTMLDivElement | null>,
  isForReader: boolean,
  asks: Asks,
): TerminalScreen | null {
  const [screen, setScreen] = useState<TerminalScreen | null>(null);
  const { id: terminalId, cols, rows } = terminal;
  /** What this page last said the size is. */
  const said = useRef("");
  const onLink = useEffectEvent(asks.onLink);
  const onFind = useEffectEvent(asks.onFind);
  const onCopy = useEffectEvent(asks.onCopy);
  const onPaste = useEffectEvent(asks.onPaste);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let line: TerminalLine | null = null;
    const made = new TerminalScreen(
      {
        onType: (text) => line?.type(text),
        onLink: (url) => onLink(url),
        onFind: () => onFind(),
        onCopy: (text) => onCopy(text),
        onPaste: (text) => onPaste(text),
      },
      isForReader,
    );
    let isGone = false;
    // The first measurement must be of the font that is drawn.
    void document.fonts.load('12.5px "JetBrains Mono Variable"').finally(() => {
      if (isGone) return;
      made.open(element);
      line = openLine(terminalId, made);
      setScreen(made);
      if (!isFocusKept(element)) made.focus();
    });
    return () => {
      isGone = true;
      line?.close();
      made.close();
      setScreen(null);
    };
    // The mode is changed below, without a new screen.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [terminalId, place]);
  useEffect(() => screen?.setForReader(isForReader), [screen, isForReader]);

  useEffect(() => {
    if (!screen) return;
    // Another browser has decided later, or this page has not decided yet.
    if (said.current !== `${cols} ${rows}`) screen.resize({ cols, rows });
  }, [screen, cols, rows]);
  useEffect(() => {
    const element = place.current;
    if (!screen || !element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const decide = () => {
      const size = document.hasFocus() ? screen.measure() : null;
      if (size === null) return;
      screen.resize(size);
      const words = `${size.cols} ${size.rows}`;
      if (said.current === words) return;
      said.current = words;
      void trpcClient.terminals.resize.mutate({ terminalId, size }).catch(() => (said.current = ""));
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(decide, RESIZE_AFTER_MS);
    };
    // Whoever comes back decides again.
    const comeBack = () => {
      said.current = "";
      later();
    };
    decide();
    const observer = new ResizeObserver(later);
    observer.observe(element);
    window.addEventListener("focus", comeBack);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      window.removeEventListener("focus", comeBack);
    };
  }, [screen, place, terminalId]);
  return screen;
}

function openLine(terminalId: Terminal["id"], screen: TerminalScreen): TerminalLine {
  return new TerminalLine({
    subscribe: (from, sink) => {
      const subscription = trpcClient.terminals.output.subscribe(
        { terminalId, ...from },
        { onData: (frame) => sink.onFrame(frame), onError: (error) => sink.onStopped(error), onComplete: () => sink.onStopped(null) },
      );
      return () => subscription.unsubscribe();
    },
    draw: (piece) => screen.draw(piece),
    wait: (error, attempt) =>
      faultOf(error)?.kind === "terminal_not_found"
        ? null
        : new Promise((resolve) => setTimeout(resolve, toBackOffMs(attempt, Math.random()))),
    type: (text) => trpcClient.terminals.write.mutate({ terminalId, text }),
    onUntyped: (error) => reportFailure(error),
  });
}
