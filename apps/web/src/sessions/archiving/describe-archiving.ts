import { joinWords, toCount } from "../../ui/labels.ts";

/** What runs in a session and is ended with archiving it. */
export interface Running {
  /** The number of programs that its turns left running. */
  left: number;
  /** The number of programs in its terminals. */
  inTerminals: number;
  /** Whether not all could be listed. */
  isUnsure: boolean;
}

/** Whether archiving ends something, or may, so that the person is asked first. */
export function endsSomething({ left, inTerminals, isUnsure }: Running): boolean {
  return left + inTerminals > 0 || isUnsure;
}

/** What archiving a session ends, and what is kept. */
export function describeArchiving({ left, inTerminals, isUnsure }: Running): string {
  const counted = [
    ...(left > 0 ? [`${toCount(left, "program")} that it left running`] : []),
    ...(inTerminals > 0 ? [`${toCount(inTerminals, "program")} in its terminals`] : []),
  ];
  const ended = counted.length === 0 ? [] : [`${joinWords(counted)} ${left + inTerminals === 1 ? "is" : "are"} ended.`];
  const unsure = isUnsure ? [`What ${ended.length === 0 ? "" : "else "}runs in it could not be listed, and is ended too.`] : [];
  return [...ended, ...unsure, "Its chats, files and branch are kept."].join(" ");
}

/** The words of the button that archives it. */
export function toArchiveLabel({ left, inTerminals, isUnsure }: Running): string {
  if (isUnsure) return "End all and archive";
  return left + inTerminals === 1 ? "End it and archive" : "End them and archive";
}
