import { z } from "zod";
import type { TrustState } from "../trust/trust.ts";
import { isTrusted } from "../trust/decide-trust.ts";

/** What a person is about to do with an agent: it is shown as the one that would answer, or they write to it or have just picked it. */
export const WarmUpIntent = z.enum(["looking", "writing"]);
export type WarmUpIntent = z.infer<typeof WarmUpIntent>;

export interface WarmUpState {
  intent: WarmUpIntent;
  /** The agent takes its time before a first answer, and can take it before it is asked. */
  isSlow: boolean;
  /** The chat or its session is closed, archived or deleted. */
  isClosed: boolean;
  /** A task of this chat waits or runs: its turn brings all of it. */
  hasOpenTask: boolean;
  /** The chat's conversation with this agent is held already. */
  isWarm: boolean;
  pool: { live: number; maxLive: number };
  /** Of the session's worktree, or of the project's checkout where it has none. */
  trust: TrustState;
  worktree: "none" | "live" | "unusable";
  /** The repository's own setup of the worktree is still to come. */
  isSetUpDue: boolean;
}

/**
 * `start`: only what all chats share, which knows nothing of the repository. `open`: the chat's conversation, and what its first turn
 * would load in the worktree, which is made for it where there is none.
 */
export type WarmUpDecision =
  | { kind: "nothing"; because: "nothing_to_gain" | "closed" | "at_work" | "warm" }
  | { kind: "start"; because: "looking" | "worktree_unusable" | "not_trusted" | "set_up_due" | "no_room" }
  | { kind: "open"; makesWorktree: boolean };

/**
 * Decides what is got ready for a person before they send a prompt.
 *
 * Who only looks gets nothing that belongs to one session: turning pages must not load a folder for each. Who writes gets all of it, the
 * worktree too, since the folder an agent loads is the one it will work in. Nothing of the repository's starts that is not trusted, no
 * other conversation has to go for one that may never be used, and no instance is loaded that the setup would make stale.
 */
export function decideWarmUp(state: WarmUpState): WarmUpDecision {
  if (!state.isSlow) return { kind: "nothing", because: "nothing_to_gain" };
  if (state.isClosed) return { kind: "nothing", because: "closed" };
  if (state.hasOpenTask) return { kind: "nothing", because: "at_work" };
  if (state.isWarm) return { kind: "nothing", because: "warm" };
  if (state.intent === "looking") return { kind: "start", because: "looking" };
  if (state.worktree === "unusable") return { kind: "start", because: "worktree_unusable" };
  if (!isTrusted(state.trust)) return { kind: "start", because: "not_trusted" };
  if (state.isSetUpDue) return { kind: "start", because: "set_up_due" };
  if (state.pool.live >= state.pool.maxLive) return { kind: "start", because: "no_room" };
  return { kind: "open", makesWorktree: state.worktree === "none" };
}
