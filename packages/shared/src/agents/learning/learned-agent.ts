import { z } from "zod";
import { AgentId, EpochMs } from "../../ids.ts";
import type { Agent, AgentModel } from "../agent.ts";
import { type SlashCommand, toKeptCommands } from "../commands/slash-command.ts";
import { limitModels, limitModes, limitVersion } from "./limit-learned.ts";

const Mode = z.object({ id: z.string(), label: z.string(), description: z.string() });
const Command = z.object({ name: z.string(), description: z.string(), hint: z.string().optional() });
const Model = z.object({ id: z.string(), label: z.string(), isScripted: z.boolean() });

/** What an agent said of itself when it was asked without a prompt. What is too long or too much for the page is no fault of the agent. */
export const AgentSelf = z.object({
  version: z.string().transform(limitVersion).nullable(),
  /** The usual mode first; empty if it has none. */
  modes: z.array(Mode).transform((modes): Agent["modes"] => limitModes(modes)),
  /** Its own models; empty if it named none, or only those of an endpoint that it was given. */
  models: z.array(Model).transform((models): AgentModel[] => limitModels(models)),
  /** Whether it takes images; null if it has not said. */
  takesImages: z.boolean().nullable(),
  /** Its own commands; null if it has not said which it has, which is not the same as none. */
  commands: z
    .array(Command)
    .transform((commands): SlashCommand[] => toKeptCommands(commands))
    .nullable(),
});
export type AgentSelf = z.infer<typeof AgentSelf>;

/** What is kept of an agent's answer, besides its commands. It counts for exactly the program that gave it. */
export const LearnedAgent = AgentSelf.omit({ commands: true }).extend({
  agent: AgentId,
  /** Identifies the program and how it is started. */
  programKey: z.string(),
  /** The version that the program's own `--version` told then, which an agent's answer may name otherwise. */
  probedVersion: z.string().nullable(),
  learnedAt: EpochMs,
});
export type LearnedAgent = z.infer<typeof LearnedAgent>;
