import { useSyncExternalStore } from "react";
import { readStored, writeStored } from "../../ui/browser/stored-state.ts";

/** When this browser shows notifications. */
export type NoticeChoice = "off" | "hidden" | "always";

const isChoice = (value: unknown): value is NoticeChoice => value === "off" || value === "hidden" || value === "always";
const listeners = new Set<() => void>();
let choice: NoticeChoice | null = null;

const read = (): NoticeChoice => (choice ??= readStored("notices", "off", isChoice));

function set(next: NoticeChoice): void {
  choice = next;
  writeStored("notices", next);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the browser can show notifications here: only at an address that is secure. */
export const canNotify = (): boolean => "Notification" in window && window.isSecureContext;

/** The choice that is in force: none without the browser's permission. */
export function useNoticeChoice(): NoticeChoice {
  const chosen = useSyncExternalStore(subscribe, read);
  return canNotify() && Notification.permission === "granted" ? chosen : "off";
}

/** Makes a choice; asks the browser for permission first where it is needed. Resolves to false if it was not given. */
export async function chooseNotices(next: NoticeChoice): Promise<boolean> {
  const isAllowed = next === "off" || (canNotify() && (await Notification.requestPermission()) === "granted");
  set(isAllowed ? next : "off");
  return isAllowed;
}
