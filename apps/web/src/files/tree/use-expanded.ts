import { toFolder } from "@boocode/shared/files/file-path";
import type { SessionId } from "@boocode/shared/ids";
import { useState } from "react";
import { readStored, writeStored } from "../../ui/browser/stored-state.ts";

const isPaths = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === "string");
/** More unfolded folders than anybody looks at. */
const MOST = 200;

/** The unfolded folders of a session, kept in this browser. Those above the open file unfold when it is opened. */
export function useExpanded(sessionId: SessionId, open: string | null) {
  const name = `folders.${sessionId}`;
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(() => new Set(readStored(name, [], isPaths)));
  const [shown, setShown] = useState<string | null>(null);
  const keep = (next: ReadonlySet<string>) => {
    setExpanded(next);
    writeStored(name, [...next].slice(-MOST));
  };
  if (open !== shown) {
    setShown(open);
    const above = open === null ? [] : listAbove(open).filter((path) => !expanded.has(path));
    if (above.length > 0) setExpanded(new Set([...expanded, ...above]));
  }
  const fold = (path: string) => {
    const next = new Set(expanded);
    if (!next.delete(path)) next.add(path);
    keep(next);
  };
  return { expanded, fold };
}

function listAbove(path: string): string[] {
  const above: string[] = [];
  for (let folder = toFolder(path); folder !== ""; folder = toFolder(folder)) above.unshift(folder);
  return above;
}
