import { Suspense, useState, type ReactNode } from "react";
import { useChangesFrame } from "../changes-frame.tsx";
import type { LineMark } from "../diff/line-marks.ts";
import type { OnMark } from "../diff/writer-gutter.tsx";
import { later } from "../../ui/browser/later.ts";

const WriterPopup = later(() => import("../diff/writer-popup.tsx"));

/** The popup about the writer of a line. Close it when the list scrolls, because its anchor may leave the DOM. */
export function useMarkPopup(): { onMark: OnMark; close: () => void; popup: ReactNode } {
  const { openTurn } = useChangesFrame();
  const [asked, setAsked] = useState<{ mark: LineMark; anchor: HTMLElement } | null>(null);
  const close = () => setAsked(null);
  const popup = asked && (
    <Suspense>
      <WriterPopup {...asked} onOpenTurn={openTurn} onClose={close} />
    </Suspense>
  );
  return { onMark: (mark, anchor) => setAsked({ mark, anchor }), close, popup };
}
