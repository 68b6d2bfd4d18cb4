const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

/** Formats a moment in the reader's time zone: "14:05", with the day if it is not today ("Tue 1 Dec, 14:05"). */
export function formatMoment(at: number, now: number): string {
  const time = TIME.format(at);
  return new Date(at).toDateString() === new Date(now).toDateString() ? time : `${DAY.format(at).replace(",", "")}, ${time}`;
}
