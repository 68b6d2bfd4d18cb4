import { useChangeSettings, useSettings } from "../api/use-settings.ts";
import type { DiffLayout } from "./change-rows.ts";

/** The diff layout, unified or split, shared by all browsers of the person. */
export function useDiffLayout(): [DiffLayout, (layout: DiffLayout) => void] {
  const { mutate } = useChangeSettings();
  return [useSettings()?.diffView ?? "unified", (diffView) => mutate({ diffView })];
}
