import type { SessionId } from "@boocode/shared/ids";
import { useState } from "react";
import { isNumber, readStored, removeStored, writeStored } from "../ui/browser/stored-state.ts";

/** A commit that is being written. */
export interface CommitDraft {
  message: string;
  /** The paths that are left out. */
  left: readonly string[];
  /** The message of the last click, and when its git began; null if there was none. */
  sent: { message: string; at: number } | null;
}

const EMPTY: CommitDraft = { message: "", left: [], sent: null };

/** What the browser has no room for lasts as long as the page. */
const drafts = new Map<SessionId, CommitDraft>();

const nameOf = (sessionId: SessionId) => `commit.${sessionId}`;

/** The commit being written in a session. It survives other tabs of the rail, other sessions and a reload, until it is made. */
export function useCommitDraft(sessionId: SessionId): [CommitDraft, (patch: Partial<CommitDraft>) => void] {
  const [draft, setDraft] = useState(() => drafts.get(sessionId) ?? readStored(nameOf(sessionId), EMPTY, isCommitDraft));
  const change = (patch: Partial<CommitDraft>) => {
    const next = { ...(drafts.get(sessionId) ?? draft), ...patch };
    drafts.set(sessionId, next);
    if (next.message === "" && next.left.length === 0 && next.sent === null) removeStored(nameOf(sessionId));
    else writeStored(nameOf(sessionId), next);
    setDraft(next);
  };
  return [draft, change];
}

/** Whether something that this browser has stored is the draft of a commit. */
function isCommitDraft(value: unknown): value is CommitDraft {
  if (typeof value !== "object" || value === null) return false;
  const { message, left, sent } = value as Record<string, unknown>;
  return typeof message === "string" && Array.isArray(left) && left.every((path) => typeof path === "string") && isSent(sent);
}

function isSent(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== "object") return false;
  const { message, at } = value as Record<string, unknown>;
  return typeof message === "string" && isNumber(at);
}
