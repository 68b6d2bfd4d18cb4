import { cloneElement, type ReactElement, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Kbd } from "../kbd.tsx";

type Side = "top" | "bottom" | "left" | "right";
type TooltipProps = {
  /** The name or action of the element. */
  label: string;
  /** The shortcut in the form of `Kbd`: `"Mod+T"`. */
  shortcut?: string | undefined;
  side?: Side;
  /** The described element, which must pass on DOM props. */
  children: ReactElement<Record<string, unknown>>;
};

/** A short label shown while the pointer rests on an element or it has keyboard focus. One `TooltipLayer` shows all of them. */
export function Tooltip({ label, shortcut, side = "bottom", children }: TooltipProps) {
  const isName = children.props["aria-label"] === label;
  return cloneElement(children, {
    "data-tip": label,
    "data-tip-keys": shortcut,
    "data-tip-side": side,
    ...(isName ? {} : { "aria-description": label }),
  });
}

/** Hover time before the first tooltip shows, in milliseconds. Tooltips of neighbours then show at once. */
const DELAY_MS = 450;
const WARM_MS = 300;
const GAP = 6;
const EDGE = 8;

/** Shows all tooltips of the page. Render it once. */
export function TooltipLayer() {
  const [target, setTarget] = useState<HTMLElement | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shownUntil = 0;
    let current: HTMLElement | null = null;
    const show = (next: HTMLElement | null, delayMs: number) => {
      if (next === current) return;
      if (current) shownUntil = Date.now() + WARM_MS;
      clearTimeout(timer);
      current = next;
      setTarget(null);
      if (next) timer = setTimeout(() => setTarget(next), Date.now() < shownUntil ? 0 : delayMs);
    };
    const find = (event: Event) => (event.target instanceof Element ? event.target.closest<HTMLElement>("[data-tip]") : null);
    const over = (event: PointerEvent) => event.pointerType === "mouse" && show(find(event), DELAY_MS);
    const focus = (event: FocusEvent) => {
      const found = find(event);
      show(found?.matches(":focus-visible") ? found : null, 0);
    };
    const hide = () => show(null, 0);
    document.addEventListener("pointerover", over);
    document.addEventListener("focusin", focus);
    const ends = ["pointerdown", "keydown", "wheel", "focusout"] as const;
    for (const end of ends) document.addEventListener(end, hide, { capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", over);
      document.removeEventListener("focusin", focus);
      for (const end of ends) document.removeEventListener(end, hide, { capture: true });
    };
  }, []);

  useLayoutEffect(() => {
    if (!target || !box.current) return;
    const { x, y } = toPlace(
      target.getBoundingClientRect(),
      box.current.getBoundingClientRect(),
      (target.dataset["tipSide"] ?? "bottom") as Side,
    );
    box.current.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }, [target]);

  if (!target?.isConnected) return null;
  return (
    <div
      ref={box}
      role="tooltip"
      className="pointer-events-none fixed top-0 left-0 z-50 flex max-w-80 animate-[appear_100ms_ease-out] items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-sm text-ink shadow-popup"
    >
      <span className="min-w-0 break-words">{target.dataset["tip"]}</span>
      {target.dataset["tipKeys"] && <Kbd keys={target.dataset["tipKeys"]} />}
    </div>
  );
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Positions a tooltip on its side, or on the opposite side if there is no room, always within the window. */
function toPlace(target: Box, tip: Box, side: Side): { x: number; y: number } {
  const maxX = window.innerWidth - tip.width - EDGE;
  const maxY = window.innerHeight - tip.height - EDGE;
  const clamp = (value: number, max: number) => Math.max(EDGE, Math.min(max, value));
  if (side === "left" || side === "right") {
    const left = target.left - tip.width - GAP;
    const right = target.left + target.width + GAP;
    return {
      x: side === "left" ? (left < EDGE ? right : left) : right > maxX ? left : right,
      y: clamp(target.top + (target.height - tip.height) / 2, maxY),
    };
  }
  const above = target.top - tip.height - GAP;
  const below = target.top + target.height + GAP;
  return {
    x: clamp(target.left + (target.width - tip.width) / 2, maxX),
    y: side === "top" ? (above < EDGE ? below : above) : below > maxY ? above : below,
  };
}
