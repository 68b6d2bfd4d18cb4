import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { expect, it } from "vitest";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import { NativeBackend } from "./native-backend.ts";
import { StagedInMemory } from "./staged-in-memory.ts";
import { listModels, resolveModel } from "./model-catalog.ts";

const start = (models: string[]) => ScriptedModel.start({ script: () => ({}), models });
const isRemoved = (id: string) => id === "home";
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
    const { endpoint, modelId, fullId } = await resolveModel({ endpoints, isRemoved }, defaultModel, wanted);
    return [endpoint.id, modelId, fullId];
  };
  expect(await resolve("x")).toEqual(["default", "x", "x"]);
  expect(await resolve("meta/x")).toEqual(["default", "meta/x", "meta/x"]);
  expect(await resolve("llama-swap/meta/x")).toEqual(["llama-swap", "meta/x", "llama-swap/meta/x"]);
  expect(await resolve("", "llama-swap/q")).toEqual(["llama-swap", "q", "llama-swap/q"]);
  expect(await resolve("")).toEqual(["default", "first", "first"]);
  await expect(resolveModel({ endpoints: [endpoints[1]!], isRemoved }, "", "x")).rejects.toMatchObject({ taskCause: "agent_unavailable" });
  await expect(resolveModel({ endpoints: [], isRemoved }, "", "")).rejects.toMatchObject({ taskCause: "agent_unavailable" });
});

it("never falls back to another model when the person's own endpoint does not answer", async () => {
  await using plain = await start(["a"]);
  await using demo = await start(["demo"]);
  const endpoints = [endpointOf(plain, "default"), endpointOf(demo, "coder", true)];
  await plain.stopListening();
  await expect(resolveModel({ endpoints, isRemoved }, "", "")).rejects.toMatchObject({ taskCause: "model_unreachable" });
});

it("names the model that a prompt without one would go to, also while its endpoint is down, and says that it is", async () => {
  await using own = await start(["a", "b"]);
  await using other = await start(["c"]);
  const [first, second] = [endpointOf(own, "home"), endpointOf(other, "default")];
  const toBackend = (endpoints: readonly ModelEndpoint[], defaultModel = "") =>
    new NativeBackend({
      endpoints: () => endpoints,
      isRemoved,
      defaultModel,
      readBlob: async () => null,
      history: { read: async () => [] },
      staged: { open: () => new StagedInMemory("/nowhere") },
      gitVariables: async () => ({}),
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
  const known = toBackend([first, second]);
  expect(await known.findDefaultModel()).toEqual({ model: "home/a", problem: null });
  await own.stopListening();
  const down = expect.stringContaining(`Nothing answers at ${first.baseUrl}`) as string;
  // The other endpoint's model is listed, and is not where the prompt would go.
  const fresh = toBackend([first, second]);
  expect(await fresh.findDefaultModel()).toEqual({ model: "", problem: down });
  expect((await fresh.listModels()).map(({ id }) => id)).toEqual(["c"]);
  expect(await toBackend([first, second], "c").findDefaultModel()).toEqual({ model: "c", problem: null });
  expect(await toBackend([]).findDefaultModel()).toEqual({ model: "", problem: "No model endpoint is set up." });
});

it("leaves out a model that no prompt could name, and keeps the others", async () => {
  await using plain = await start(["a".repeat(300), "b"]);
  expect((await listModels([endpointOf(plain, "default")])).map(({ id }) => id)).toEqual(["b"]);
});

it("sends nothing to another endpoint for a model whose endpoint was removed", async () => {
  await using plain = await start(["llama"]);
  const endpoints = [endpointOf(plain, "default")];
  const message = expect.stringContaining("“home” of the model “home/llama” was removed") as string;
  const refused = { taskCause: "agent_unavailable", message };
  await expect(resolveModel({ endpoints, isRemoved }, "", "home/llama")).rejects.toMatchObject(refused);
  await expect(resolveModel({ endpoints, isRemoved }, "home/llama", "")).rejects.toMatchObject(refused);
  // Added again, it counts whatever is remembered.
  const again = [...endpoints, endpointOf(plain, "home")];
  expect(await resolveModel({ endpoints: again, isRemoved }, "", "home/llama")).toMatchObject({ modelId: "llama", endpoint: again[1] });
});
