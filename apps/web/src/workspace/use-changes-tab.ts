import { TaskId, type SessionId } from "@boocode/shared/ids";
import { useEffect, useState } from "react";
import { toChangesPath, type ShownTab } from "../sessions/session-paths.ts";
import { navigate } from "../ui/browser/location.tsx";
import { readStored, writeStored } from "../ui/browser/stored-state.ts";

/** A changes tab that is open in a session's pane. */
type OpenTab = { taskId: TaskId | null } | null;
const isOpenTab = (value: unknown): value is OpenTab =>
  value === null || (typeof value === "object" && "taskId" in value && TaskId.nullable().safeParse(value.taskId).success);

/** The changes tab of a pane: open while it is shown, and then until it is closed. This browser remembers it. */
export interface ChangesTab {
  tab: Extract<ShownTab, { kind: "changes" }>;
  isActive: boolean;
  show(): void;
  /** Forgets the tab. The caller shows another one. */
  close(): void;
}

/** The changes tab of the session, or null if it is not open. `shown` is the tab in the URL. */
export function useChangesTab(sessionId: SessionId, shown: ShownTab | null): ChangesTab | null {
  const name = `changes.${sessionId}`;
  const [kept, setKept] = useState(() => readStored<OpenTab>(name, null, isOpenTab));
  const active = shown?.kind === "changes" ? shown : null;
  const taskId = active ? active.taskId : kept?.taskId;
  if (active && (kept === null || kept.taskId !== active.taskId)) setKept({ taskId: active.taskId });
  useEffect(() => writeStored(name, kept), [name, kept]);
  if (taskId === undefined) return null;
  return {
    tab: { kind: "changes", taskId },
    isActive: active !== null,
    show: () => navigate(toChangesPath(sessionId, taskId)),
    close: () => setKept(null),
  };
}
