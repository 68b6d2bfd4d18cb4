import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { expect, it } from "vitest";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import { listModels, resolveModel } from "./model-catalog.ts";

const start = (models: string[]) => ScriptedModel.start({ script: () => ({}), models });
const endpointOf = (model: ScriptedModel, id: string, isScripted = false): ModelEndpoint => ({
  id,
  baseUrl: model.baseUrl,
  apiKey: model.apiKey,
  isScripted,
});

it("lists the models of every endpoint that answers, in their order", async () => {
  await using plain = await start(["b", "meta/a"]);
  await using swap = await start(["q"]);
  await using demo = await start(["demo"]);
  await using down = await start([]);
  const downEndpoint = endpointOf(down, "other");
  await down.stopListening();
  expect(
    await listModels([endpointOf(plain, "default"), downEndpoint, endpointOf(swap, "llama-swap"), endpointOf(demo, "coder", true)]),
  ).toEqual([
    { id: "b", label: "b", isScripted: false },
    { id: "meta/a", label: "meta/a", isScripted: false },
    { id: "llama-swap/q", label: "llama-swap/q", isScripted: false },
    { id: "coder/demo", label: "Demo model (scripted)", isScripted: true },
  ]);
});

it("finds the endpoint behind a model's id", async () => {
  await using plain = await start(["first", "second"]);
  await using swap = await start(["q"]);
  const endpoints = [endpointOf(plain, "default"), endpointOf(swap, "llama-swap")];
  const resolve = async (wanted: string, defaultModel = "") => {
    const { endpoint, modelId, fullId } = await resolveModel(endpoints, defaultModel, wanted);
    return [endpoint.id, modelId, fullId];
  };
  expect(await resolve("x")).toEqual(["default", "x", "x"]);
  expect(await resolve("meta/x")).toEqual(["default", "meta/x", "meta/x"]);
  expect(await resolve("llama-swap/meta/x")).toEqual(["llama-swap", "meta/x", "llama-swap/meta/x"]);
  expect(await resolve("", "llama-swap/q")).toEqual(["llama-swap", "q", "llama-swap/q"]);
  expect(await resolve("")).toEqual(["default", "first", "first"]);
  await expect(resolveModel([endpoints[1]!], "", "x")).rejects.toMatchObject({ taskCause: "agent_unavailable" });
  await expect(resolveModel([], "", "")).rejects.toMatchObject({ taskCause: "agent_unavailable" });
});

it("never falls back to another model when the person's own endpoint does not answer", async () => {
  await using plain = await start(["a"]);
  await using demo = await start(["demo"]);
  const endpoints = [endpointOf(plain, "default"), endpointOf(demo, "coder", true)];
  await plain.stopListening();
  await expect(resolveModel(endpoints, "", "")).rejects.toMatchObject({ taskCause: "model_unreachable" });
});
