import { joinWords, toCount } from "../../ui/labels.ts";

/** What of a chat is still at work. */
export interface AtWork {
  isRunning: boolean;
  /** The number of messages that wait. */
  queued: number;
  /** The number of programs that its turns left running. */
  programs: number;
}

/** Whether closing a chat ends something, so that the person is asked first. */
export function isAtWork({ isRunning, queued, programs }: AtWork): boolean {
  return isRunning || queued > 0 || programs > 0;
}

/** What closing a chat ends, and what is kept. */
export function describeClosing({ isRunning, queued, programs }: AtWork): string {
  const ends = [
    ...(isRunning ? ["its agent is stopped"] : []),
    ...(queued > 0 ? [`${toCount(queued, "waiting message")} ${queued === 1 ? "is" : "are"} not sent`] : []),
    ...(programs > 0 ? [`${toCount(programs, "program")} it left running ${programs === 1 ? "is" : "are"} ended`] : []),
  ];
  // It may have ended while the person was reading.
  const sentence = ends.length === 0 ? "nothing runs in it any more" : joinWords(ends);
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}. Everything said and changed so far is kept, and the chat can be reopened.`;
}

/** The words of the button that closes it. */
export function toCloseLabel({ isRunning, programs }: AtWork): string {
  if (isRunning) return "Stop and close";
  return programs > 0 ? "End and close" : "Close";
}
