import { lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import { expect, it, onTestFinished } from "vitest";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, faultOf, Follower, mintPromptId } from "../test-client.ts";

const KEY = "canary-of-an-endpoint-4711-0815-wxyz";

async function startModel(apiKey: string, models: readonly string[]) {
  const model = await ScriptedModel.start({ script: () => ({ steps: [{ kind: "text", text: "Hello." }] }), models, apiKey });
  onTestFinished(() => model[Symbol.asyncDispose]());
  return model;
}

async function openSession(home: TestHome) {
  const repository = await createRepository({ "a.txt": "a\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const daemon = await home.start();
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  onTestFinished(() => follower.stop());
  const ask = async (model = "") => {
    const { taskId } = await api.tasks.send.mutate({
      promptId: mintPromptId(),
      chatId: null,
      sessionId,
      agent: BOOCODE,
      model,
      text: "Hi",
    });
    return follower.end(taskId);
  };
  const listModels = async () => (await api.agents.refresh.mutate()).find(({ id }) => id === BOOCODE)!.models.map(({ id }) => id);
  return { daemon, api, ask, listModels, follower };
}

it("S12 an endpoint of the settings answers the next turn, and its key is in one file that only the person may read", async () => {
  const home = await TestHome.make({ BOOCODE_LOG_LEVEL: "trace" });
  const { daemon, api, ask, listModels, follower } = await openSession(home);
  const [first, second] = [await startModel(KEY, ["one"]), await startModel("another-key", ["two"])];
  expect(await listModels()).toEqual(["coder/demo"]);

  const saved = await api.settings.saveEndpoint.mutate({ name: "The Lab", url: first.origin, key: KEY });
  expect(saved).toEqual({ id: "the-lab", name: "The Lab", url: first.baseUrl, keyHint: "…wxyz", source: "settings" });
  expect(await api.settings.endpoints.query()).toEqual([saved]);
  expect(await listModels()).toEqual(["the-lab/one", "coder/demo"]);
  expect(await ask("the-lab/one")).toMatchObject({ state: "completed", model: "the-lab/one" });
  // Without a model, the first endpoint's first one answers: one of the person's stands before the demo model.
  expect(await ask()).toMatchObject({ state: "completed", model: "the-lab/one" });

  // Tested with its own key, which goes to no other server.
  const test = (url: string) => api.agents.testEndpoint.mutate({ url, endpointId: "the-lab" });
  expect((await test(first.baseUrl)).models).toMatchObject([{ id: "one" }]);
  expect((await test(first.origin)).models).toHaveLength(1);
  expect(await faultOf(test(second.baseUrl))).toMatchObject({ kind: "endpoint_refused" });

  // Another address and another key, in the next turn of the same chat.
  await api.settings.saveEndpoint.mutate({ id: "the-lab", name: "Cellar", url: second.baseUrl, key: "another-key" });
  expect(await ask("the-lab/two")).toMatchObject({ state: "completed", model: "the-lab/two" });
  expect([first.requests.length, second.requests.length]).toEqual([2, 1]);
  await api.settings.saveEndpoint.mutate({ id: "the-lab", name: "Cellar", url: first.baseUrl, key: KEY });
  // A wrong key is told without the key.
  const wrong = await startModel("right-key", []);
  const { id } = await api.settings.saveEndpoint.mutate({ name: "Wrong", url: wrong.baseUrl, key: `${KEY}-wrong` });
  expect(await ask(`${id}/x`)).toMatchObject({ state: "failed", cause: "model_refused" });
  expect(await faultOf(api.settings.saveEndpoint.mutate({ id: "gone", name: "x", url: first.baseUrl }))).toMatchObject({
    kind: "endpoint_not_found",
    httpStatus: 404,
  });
  expect(await faultOf(api.settings.saveEndpoint.mutate({ name: "x", url: "ftp://x" }))).toMatchObject({ kind: "invalid_input" });

  const file = join(home.dataDir, "endpoints.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await daemon.close();
  const told = readdirSync(home.dataDir, { recursive: true, encoding: "utf8" })
    .map((name) => join(home.dataDir, name))
    // Not through links: a store of checkpoints links to a file of the repository, which need not be there.
    .filter((path) => lstatSync(path).isFile() && readFileSync(path, "latin1").includes(KEY));
  expect(told).toEqual([file]);
  expect(JSON.stringify(follower.events)).not.toContain(KEY);

  const again = callOver(await home.start());
  expect(await again.settings.endpoints.query()).toMatchObject([{ id: "the-lab", name: "Cellar", url: first.baseUrl }, { id: "wrong" }]);
  for (const gone of ["the-lab", "wrong"]) await again.settings.removeEndpoint.mutate({ id: gone });
  expect(await again.settings.endpoints.query()).toEqual([]);
  expect(readFileSync(file, "utf8")).not.toContain("canary");
});

it("shows the environment's endpoints without their keys, and lists llama-swap's models under its name", async () => {
  const [own, swap] = [await startModel(KEY, ["own"]), await startModel("none", ["swapped"])];
  const home = await TestHome.make({ BOOCODE_MODEL_URL: own.origin, BOOCODE_MODEL_KEY: KEY, LLAMA_SWAP_URL: swap.origin });
  const { daemon, api, ask, listModels } = await openSession(home);
  expect(await api.settings.endpoints.query()).toEqual([
    { id: "default", name: "default", url: own.baseUrl, keyHint: "…wxyz", source: "environment" },
    { id: "llama-swap", name: "llama-swap", url: swap.baseUrl, keyHint: null, source: "environment" },
  ]);
  expect(await api.settings.saveEndpoint.mutate({ name: "llama-swap", url: swap.origin, key: "none" })).toMatchObject({
    id: "llama-swap-2",
  });
  expect(await listModels()).toEqual(["own", "llama-swap-2/swapped", "coder/demo"]);
  expect(await faultOf(api.settings.removeEndpoint.mutate({ id: "default" }))).toMatchObject({ kind: "endpoint_not_found" });

  // What was said to a server that is removed goes to no other one.
  const model = "llama-swap-2/swapped";
  expect(await ask(model)).toMatchObject({ state: "completed", model });
  await api.settings.removeEndpoint.mutate({ id: "llama-swap-2" });
  expect(await ask(model)).toMatchObject({
    state: "failed",
    cause: "agent_unavailable",
    evidence: { message: expect.stringContaining("removed") as string },
  });
  expect([own.requests.length, swap.requests.length]).toEqual([0, 1]);
  await daemon.close();
  expect(JSON.parse(readFileSync(join(home.dataDir, "endpoints.json"), "utf8"))).toEqual({ endpoints: [], removed: ["llama-swap-2"] });
  const again = callOver(await home.start());
  expect(await again.settings.saveEndpoint.mutate({ name: "llama-swap", url: swap.origin, key: "none" })).toMatchObject({
    id: "llama-swap-2",
  });
  expect(JSON.parse(readFileSync(join(home.dataDir, "endpoints.json"), "utf8"))).toMatchObject({ removed: [] });
});

it("leaves a file that it cannot read as it is, starts without it, and says so", async () => {
  const home = await TestHome.make();
  const first = await home.start();
  await first.close();
  const file = join(home.dataDir, "endpoints.json");
  writeFileSync(file, '{ "endpoints": [ {');
  const api = callOver(await home.start());
  expect(await faultOf(api.settings.endpoints.query())).toMatchObject({ kind: "endpoints_unusable", httpStatus: 412 });
  expect(await faultOf(api.settings.saveEndpoint.mutate({ name: "x", url: "http://x" }))).toMatchObject({ kind: "endpoints_unusable" });
  expect(readFileSync(file, "utf8")).toBe('{ "endpoints": [ {');
});
