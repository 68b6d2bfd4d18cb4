import { useLayoutEffect, type RefObject } from "react";

/** Measuring a text means laying it out: beyond this length a field has reached its height limit anyway. In UTF-16 units. */
const MEASURED_CHARS = 20_000;

/** Makes a text field as high as its text; its `max-height` is the limit. */
export function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    // Browsers that grow the field by themselves do it without disturbing what is around.
    if (!element || CSS.supports("field-sizing", "content")) return;
    if (text.length > MEASURED_CHARS) {
      element.style.setProperty("height", "100cqh");
      return;
    }
    element.style.setProperty("height", "0");
    element.style.setProperty("height", `${element.scrollHeight}px`);
  }, [field, text]);
}
