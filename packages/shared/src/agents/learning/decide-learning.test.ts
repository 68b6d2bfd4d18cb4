import { expect, it } from "vitest";
import { AgentId } from "../../ids.ts";
import type { Agent } from "../agent.ts";
import { applyStart, decideLearning, type LearningState } from "./decide-learning.ts";

const FOUND: LearningState = {
  available: true,
  canLearn: true,
  programKey: "a",
  probedVersion: "1.0",
  known: null,
  hasToldCommands: true,
  failedKey: null,
};
const KNOWN = { programKey: "a", probedVersion: "1.0" };

it.each<[string, Partial<LearningState>, string]>([
  ["one that was just found", {}, "ask"],
  ["one that was asked", { known: KNOWN }, "known"],
  ["one that was asked for less", { known: KNOWN, hasToldCommands: false }, "ask"],
  ["one with another program", { known: { ...KNOWN, programKey: "b" } }, "ask"],
  ["one whose program starts another version", { known: { ...KNOWN, probedVersion: "0.9" } }, "ask"],
  ["one that was asked before its version could be", { known: { ...KNOWN, probedVersion: null } }, "ask"],
  ["one whose version cannot be asked now", { known: KNOWN, probedVersion: null }, "known"],
  ["one that has no version", { known: { ...KNOWN, probedVersion: null }, probedVersion: null }, "known"],
  ["one that failed", { failedKey: "a" }, "leave"],
  ["one whose other program failed", { failedKey: "b" }, "ask"],
  ["one that is not available", { available: false }, "leave"],
  ["one that cannot be asked", { canLearn: false }, "leave"],
  ["one without a program", { programKey: null, known: KNOWN }, "leave"],
])("%s", (_, given, decision) => expect(decideLearning({ ...FOUND, ...given })).toBe(decision));

const agent: Agent = {
  id: AgentId.parse("mine"),
  name: "Mine",
  available: true,
  version: null,
  transport: "acp",
  supportsAcp: true,
  models: [],
  defaultModel: "",
  modes: [],
  takes: { images: null, paths: true },
  diagnosis: "",
  installHint: null,
  problem: null,
  update: null,
};

it.each([
  ["one that starts works", null, { kind: "works" }, true, null],
  ["one that starts works without a version", "no version", { kind: "works" }, true, null],
  ["one that was not started yet is not doubted for its version", "no version", { kind: "unknown" }, true, null],
  ["one that does not start may work another time", null, { kind: "failed", reason: "no start" }, true, "no start"],
  ["one that does neither is broken", "no version", { kind: "failed", reason: "no start" }, false, "no start"],
] as const)("%s", (_, problem, start, available, left) =>
  expect(applyStart({ ...agent, problem }, start)).toEqual({ ...agent, available, problem: left }),
);
