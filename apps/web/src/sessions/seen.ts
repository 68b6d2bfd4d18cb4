import type { Session } from "@boocode/shared/sessions/session";
import { useEffect, useSyncExternalStore } from "react";
import { readStored, writeStored } from "../ui/browser/stored-state.ts";

type Seen = Readonly<Record<string, number>>;

const isSeen = (value: unknown): value is Seen =>
  typeof value === "object" && value !== null && Object.values(value).every((seq) => typeof seq === "number");

const listeners = new Set<() => void>();
let seen: Seen | null = null;

const read = (): Seen => (seen ??= readStored<Seen>("seen", {}, isSeen));

function change(next: Seen): void {
  seen = next;
  writeStored("seen", next);
  for (const listener of listeners) listener();
}

/** The last event of each session that the person has seen in this browser. */
export function useSeen(): Seen {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
}

/** Records seen events: the open session of a visible page is seen, and a session new to this browser starts as seen. */
export function useMarkSeen(sessions: readonly Session[] | undefined, openSessionId: string | null): void {
  useEffect(() => {
    if (!sessions) return;
    const mark = () => {
      const before = read();
      const next: Record<string, number> = {};
      for (const { id, lastSeq } of sessions) {
        const isOpen = id === openSessionId && document.visibilityState === "visible";
        next[id] = isOpen ? lastSeq : (before[id] ?? lastSeq);
      }
      if (sessions.length !== Object.keys(before).length || sessions.some(({ id }) => before[id] !== next[id])) change(next);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [sessions, openSessionId]);
}
