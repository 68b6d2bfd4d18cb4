import { useStoredState } from "../../ui/browser/stored-state.ts";

/** What becomes of a message that is sent while a turn runs: it waits, is given to the turn, or the turn is stopped for it. */
export type SendWay = "queue" | "steer" | "interrupt";

const isSendWay = (value: unknown): value is SendWay => value === "queue" || value === "steer" || value === "interrupt";

/** The ways to send while a turn runs. */
export interface SendWays {
  /** What Enter does. */
  way: SendWay;
  /** What Mod+Enter does. */
  other: SendWay;
  available: readonly SendWay[];
}

/** Decides what Enter and Mod+Enter do, from what the person chose. An agent that takes no messages during a turn has theirs queued. */
export function decideSendWays(chosen: SendWay, canSteer: boolean): SendWays {
  const available: readonly SendWay[] = canSteer ? ["queue", "steer", "interrupt"] : ["queue", "interrupt"];
  const way = available.includes(chosen) ? chosen : "queue";
  return { way, other: way !== "queue" ? "queue" : canSteer ? "steer" : "interrupt", available };
}

/** What the person chose that Enter does while a turn runs, kept in this browser. */
export const useSendWay = (): [SendWay, (way: SendWay) => void] => useStoredState("sendWhileRunning", "queue", isSendWay);
