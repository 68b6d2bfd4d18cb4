import { z } from "zod";
import { countUtf8Bytes } from "../chats/count-utf8-bytes.ts";
import { SessionId } from "../ids.ts";
import { decodeLayout, emptyLayout, Layout, MAX_LAYOUT_BYTES } from "./layout.ts";
import { mergeLayouts } from "./merge-layouts.ts";

/** A layout as it is stored. It has a higher revision after every change; 0 and null: none is stored. */
export const StoredLayout = z.object({ revision: z.number().int().nonnegative(), layout: Layout.nullable() });
export type StoredLayout = z.infer<typeof StoredLayout>;

const isSmall = (layout: Layout | null): boolean => countUtf8Bytes(JSON.stringify(layout)) <= MAX_LAYOUT_BYTES;
const SmallLayout = Layout.refine(isSmall, "Too large a layout");

export const SaveLayoutInput = z.object({
  sessionId: SessionId,
  /** What was stored when the page began to change it. */
  base: z.object({ revision: z.number().int().nonnegative(), layout: SmallLayout.nullable() }),
  layout: SmallLayout,
});
export type SaveLayoutInput = z.infer<typeof SaveLayoutInput>;

/**
 * Decides what is stored: the layout as it was sent, or, if another page was faster, both merged. Null: what is stored stays, because nothing
 * changes, or because both together would break the limits.
 */
export function decideSaveLayout(stored: StoredLayout, { base, layout }: Omit<SaveLayoutInput, "sessionId">): Layout | null {
  const next =
    stored.revision === base.revision ? layout : mergeLayouts(base.layout ?? emptyLayout(), layout, stored.layout ?? emptyLayout());
  const isKept = JSON.stringify(next) === JSON.stringify(stored.layout) || !isSmall(next) || decodeLayout(next) === null;
  return isKept ? null : next;
}
