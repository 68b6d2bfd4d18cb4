import { z } from "zod";
import type { TrustState } from "../../trust/trust.ts";
import { isTrusted } from "../../trust/decide-trust.ts";

/**
 * What a person is about to do with an agent. `looking`: the page shows it as the agent that would answer. `writing`: they are writing to
 * it or have just picked it.
 */
export const WarmUpIntent = z.enum(["looking", "writing"]);
export type WarmUpIntent = z.infer<typeof WarmUpIntent>;

export interface WarmUpState {
  intent: WarmUpIntent;
  /** The agent is slow to give its first answer, and can be warmed up beforehand. */
  isSlow: boolean;
  /** The chat is closed, or its session is archived or deleted. */
  isClosed: boolean;
  /** A task of this chat is queued or running, so its turn opens everything anyway. */
  hasOpenTask: boolean;
  /** The chat's conversation with this agent is already open. */
  isWarm: boolean;
  pool: { live: number; maxLive: number };
  /** Trust in the session's worktree, or in the project's checkout if there is no worktree yet. */
  trust: TrustState;
  worktree: "none" | "live" | "unusable";
  /** The repository's setup of the worktree has not run yet. */
  isSetUpDue: boolean;
}

/**
 * `start`: only what all chats share, which depends on no repository. `open`: the chat's conversation, and what its first turn would load
 * in the worktree, which is created if missing.
 */
export type WarmUpDecision =
  | { kind: "nothing"; because: "nothing_to_gain" | "closed" | "at_work" | "warm" }
  | { kind: "start"; because: "looking" | "worktree_unusable" | "not_trusted" | "set_up_due" | "no_room" }
  | { kind: "open"; makesWorktree: boolean };

/**
 * Decides what to warm up before a person sends a prompt.
 *
 * Looking warms nothing that belongs to one session: paging through chats must not load a folder for each. Writing warms everything,
 * including the worktree, because the agent must load the folder it will work in. A warm-up starts nothing from an untrusted repository,
 * closes no other conversation, and loads no instance that the setup would make stale.
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
