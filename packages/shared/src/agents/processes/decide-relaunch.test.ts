import { expect, it } from "vitest";
import { decideRelaunch, type RelaunchDecision, type StartFacts } from "./decide-relaunch.ts";

const OWN: StartFacts = { command: "a", endpoint: null, model: null };
const OURS: StartFacts = { command: "a", endpoint: { id: "home", at: "x" }, model: "llama" };
const anew = (because: "command" | "endpoint" | "model"): RelaunchDecision => ({ kind: "start_anew", because });

it.each<[string, StartFacts, StartFacts, RelaunchDecision]>([
  ["nothing changed, with its own models", OWN, { ...OWN }, { kind: "keep" }],
  ["nothing changed, with an endpoint's model", OURS, { ...OURS, endpoint: { id: "home", at: "x" } }, { kind: "keep" }],
  ["another command or variable", OWN, { ...OWN, command: "b" }, anew("command")],
  ["another command and another model", OURS, { ...OWN, command: "b" }, anew("command")],
  ["another model of the endpoint", OURS, { ...OURS, model: "qwen" }, anew("model")],
  ["the same model of another endpoint", OURS, { ...OURS, endpoint: { id: "work", at: "x" } }, anew("model")],
  ["from an endpoint to its own models", OURS, OWN, anew("model")],
  ["from its own models to an endpoint", OWN, OURS, anew("model")],
  ["another address or key of the endpoint", OURS, { ...OURS, endpoint: { id: "home", at: "y" } }, anew("endpoint")],
])("%s", (_, running, wanted, decision) => {
  expect(decideRelaunch(running, wanted)).toEqual(decision);
});
