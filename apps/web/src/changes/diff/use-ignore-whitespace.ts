import { useSyncExternalStore } from "react";
import { isBoolean, readStored, writeStored } from "../../ui/browser/stored-state.ts";

const NAME = "ignoreWhitespace";

const listeners = new Set<() => void>();
let isIgnored: boolean | null = null;

const read = () => (isIgnored ??= readStored(NAME, false, isBoolean));
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const write = (value: boolean) => {
  isIgnored = value;
  writeStored(NAME, value);
  for (const listener of listeners) listener();
};

/** Whether diffs leave out changes of white space: one choice for all diffs of this browser. */
export function useIgnoreWhitespace(): [boolean, (value: boolean) => void] {
  return [useSyncExternalStore(subscribe, read), write];
}
