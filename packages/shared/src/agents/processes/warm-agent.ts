import { z } from "zod";
import { AgentId, ChatId, EpochMs, SessionId } from "../../ids.ts";
import { BackendKind } from "../agent.ts";
import { KeptBecause } from "./decide-kept.ts";

/** An agent that is in memory for one chat. */
export const WarmAgent = z.object({
  sessionId: SessionId,
  sessionTitle: z.string(),
  chatId: ChatId,
  chatTitle: z.string(),
  agent: AgentId,
  backend: BackendKind,
  openedAt: EpochMs,
  /** When its last turn ended; null while it starts or works. */
  idleSince: EpochMs.nullable(),
  keptBecause: KeptBecause,
  /** The person wants it kept, whatever else keeps it now. */
  isKeptWarm: z.boolean(),
  /** The number of programs that the chat's turns left running. */
  programs: z.number().int().nonnegative(),
  /** Memory of its own processes; null if it has none, if they are shared, or if the system does not say. */
  rssBytes: z.number().nullable(),
  /** The shared program that it uses, by its id; null if it uses none. */
  sharedId: z.string().nullable(),
});
export type WarmAgent = z.infer<typeof WarmAgent>;

/** A program that serves several chats. It may outlive the last of them for a while. */
export const SharedProgram = z.object({
  id: z.string(),
  agent: AgentId,
  rssBytes: z.number().nullable(),
});
export type SharedProgram = z.infer<typeof SharedProgram>;

/** Every agent in memory, with the limits it is kept under. There may be more than `maxLive` while all are in use. */
export const WarmAgents = z.object({
  maxLive: z.number().int(),
  idleTtlMs: z.number().int(),
  agents: z.array(WarmAgent),
  shared: z.array(SharedProgram),
});
export type WarmAgents = z.infer<typeof WarmAgents>;

/** The agents of a session, of one of its chats, or one of them. */
export const AgentPlace = z.object({ sessionId: SessionId, chatId: ChatId.optional(), agent: AgentId.optional() });
export type AgentPlace = z.infer<typeof AgentPlace>;

/** `endsPrograms`: programs that the chat's turns left running are ended too; without it, an agent that has some is not suspended. */
export const SuspendInput = AgentPlace.extend({ endsPrograms: z.boolean().default(false) });
export type SuspendInput = z.infer<typeof SuspendInput>;

export const KeepWarmInput = AgentPlace.extend({ keepWarm: z.boolean().default(true) });
export type KeepWarmInput = z.infer<typeof KeepWarmInput>;
