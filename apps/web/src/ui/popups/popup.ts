/** The style of all floating surfaces. */
export const POPUP =
  "rounded-lg border border-line bg-raised text-ink shadow-popup outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0";
