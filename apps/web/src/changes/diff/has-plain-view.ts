import type { ChangeDiff } from "@boocode/shared/changes/pending-change";

const IMAGE = /\.(?:png|jpe?g|gif|webp)$/i;

/** Whether something can be shown of a change without lines: an image, or the beginning of a large text. */
export const hasPlainView = ({ view, path }: ChangeDiff): boolean => view === "too_large" || (view === "binary" && IMAGE.test(path));
