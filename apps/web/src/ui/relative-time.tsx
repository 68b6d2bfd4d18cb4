import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

/** Subscribes to one clock shared by all relative times, which stops when there are none. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 20_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Formats the time since a moment in at most four characters: "now", "5m", "3h", "2d", "4w"; as a date after a year. */
export function toRelativeTime(at: number, from: number): string {
  const age = from - at;
  if (age < MINUTE) return "now";
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`;
  if (age < DAY) return `${Math.floor(age / HOUR)}h`;
  if (age < 14 * DAY) return `${Math.floor(age / DAY)}d`;
  if (age < 365 * DAY) return `${Math.floor(age / (7 * DAY))}w`;
  return new Date(at).toISOString().slice(0, 10);
}

/** Formats the same for use in a sentence: "now", "5m ago"; a date is unchanged. */
export function toTimeAgo(at: number, from: number): string {
  const time = toRelativeTime(at, from);
  return /^\d+[mhdw]$/.test(time) ? `${time} ago` : time;
}

/** The time now, in epoch milliseconds, at most 20 seconds old. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

type RelativeTimeProps = {
  /** The moment in epoch milliseconds. */
  at: number;
  /** Adds "ago", for use in a sentence. */
  isInSentence?: boolean;
  className?: string;
};

/** Shows how long ago a moment was, kept up to date, with the exact time as its title. */
export function RelativeTime({ at, isInSentence = false, className }: RelativeTimeProps) {
  const from = useSyncExternalStore(subscribe, () => Math.max(now, at));
  return (
    <time dateTime={new Date(at).toISOString()} onPointerEnter={(event) => setTitle(event.currentTarget, at)} className={className}>
      {(isInSentence ? toTimeAgo : toRelativeTime)(at, from)}
    </time>
  );
}

/** Sets the title only when a pointer arrives: formatting a date by the person's settings takes longer than drawing a row. */
function setTitle(element: HTMLElement, at: number): void {
  element.title = new Date(at).toLocaleString();
}
