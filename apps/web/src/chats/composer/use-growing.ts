import { useLayoutEffect, type RefObject } from "react";

/** Longer texts are not measured, because measuring needs a layout and the field is at its maximum height anyway. In UTF-16 units. */
const MEASURED_CHARS = 20_000;

/** Makes a text field as high as its text, up to its `max-height`. */
export function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    // Browsers that support `field-sizing` grow the field themselves, without side effects on the layout around it.
    if (!element || CSS.supports("field-sizing", "content")) return;
    if (text.length > MEASURED_CHARS) {
      element.style.setProperty("height", "100cqh");
      return;
    }
    element.style.setProperty("height", "0");
    element.style.setProperty("height", `${element.scrollHeight}px`);
  }, [field, text]);
}
