import { z } from "zod";

/**
 * Why an agent's process is kept. `permission`: it asks the person. `busy`: it works. `kept_warm`: the person wants it. `programs`: what it
 * started still runs. `recent`: it was used a while ago, and goes when it has been idle for long or room is needed.
 */
export const KeptBecause = z.enum(["permission", "busy", "kept_warm", "programs", "recent"]);
export type KeptBecause = z.infer<typeof KeptBecause>;

/** What holds a conversation beside its own turn. */
export interface Holds {
  /** A permission of this agent in this chat is open. */
  isAsking: boolean;
  isKeptWarm: boolean;
  /** The number of living programs that the chat's finished turns left running. */
  programs: number;
}

export interface KeptFacts extends Holds {
  phase: "starting" | "busy" | "idle";
  /** The agent does something that nobody asked for, and no task follows it yet. */
  isActing: boolean;
}

/** Decides why a conversation is kept; the strongest reason counts. */
export function decideKept({ phase, isActing, isAsking, isKeptWarm, programs }: KeptFacts): KeptBecause {
  if (isAsking) return "permission";
  if (phase !== "idle" || isActing) return "busy";
  if (isKeptWarm) return "kept_warm";
  return programs > 0 ? "programs" : "recent";
}

export type SuspendDecision = { kind: "suspend" } | { kind: "refuse"; because: "permission" | "busy" | "programs" };

/**
 * Decides whether a conversation that the person wants to suspend may go now. The wish to keep it warm does not stand against that: it
 * counts again after its next turn. Programs are ended with it only if the person said so.
 */
export function decideSuspend(facts: KeptFacts, { endsPrograms }: { endsPrograms: boolean }): SuspendDecision {
  const because = decideKept({ ...facts, isKeptWarm: false });
  if (because === "permission" || because === "busy") return { kind: "refuse", because };
  if (because === "programs" && !endsPrograms) return { kind: "refuse", because };
  return { kind: "suspend" };
}
