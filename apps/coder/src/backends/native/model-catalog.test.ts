import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { expect, it } from "vitest";
import type { ModelEndpoint } from "../backend.ts";
import { listModels, probeEndpoint, resolveModel } from "./model-catalog.ts";

const start = (models: string[]) => ScriptedModel.start({ script: () => ({}), models });
const endpointOf = (model: ScriptedModel, id: string, isScripted = false): ModelEndpoint => ({
  id,
  baseUrl: model.baseUrl,
  apiKey: model.apiKey,
  isScripted,
});
const faultOf = async (probing: Promise<unknown>) => {
  const error: unknown = await probing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof DomainError ? error.fault : error;
};

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

it("probes an address a person typed", async () => {
  await using model = await start(["a"]);
  expect(await probeEndpoint({ url: `${model.baseUrl}/`, key: model.apiKey })).toEqual([{ id: "a", label: "a", isScripted: false }]);
  const refused = await faultOf(probeEndpoint({ url: model.baseUrl, key: "sk-wrong-key" }));
  expect(refused).toMatchObject({ kind: "endpoint_refused", status: 401, reason: expect.stringContaining("[key]") as string });
  expect(JSON.stringify(refused)).not.toContain("sk-wrong-key");
  expect(await faultOf(probeEndpoint({ url: "ftp://example.invalid" }))).toMatchObject({ kind: "endpoint_unreachable" });
  expect(await faultOf(probeEndpoint({ url: "not an address" }))).toMatchObject({ kind: "endpoint_unreachable" });
  await model.stopListening();
  expect(await faultOf(probeEndpoint({ url: model.baseUrl }))).toMatchObject({ kind: "endpoint_unreachable" });
});
