import { useState } from "react";

const PREFIX = "boocode.";

/** Reads a value stored in this browser. Returns `fallback` if there is none or `isValid` rejects it. */
export function readStored<T>(name: string, fallback: T, isValid: (value: unknown) => value is T): T {
  try {
    const text = localStorage.getItem(PREFIX + name);
    const value: unknown = text === null ? undefined : JSON.parse(text);
    return isValid(value) ? value : fallback;
  } catch {
    return fallback;
  }
}

/** Stores a value in this browser. Does nothing if storage is blocked or full. */
export function writeStored(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // The value then lasts as long as the page.
  }
}

/** Forgets a value. */
export function removeStored(name: string): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing is stored where storage is blocked.
  }
}

export const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";

/** State that this browser keeps between visits, such as a width or an open panel. */
export function useStoredState<T>(name: string, fallback: T, isValid: (value: unknown) => value is T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => readStored(name, fallback, isValid));
  const change = (next: T) => {
    setValue(next);
    writeStored(name, next);
  };
  return [value, change];
}
