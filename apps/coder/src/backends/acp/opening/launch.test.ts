import { expect, it } from "vitest";
import { findProfile } from "./agent-profiles.ts";
import { toCommandMark, toLaunch } from "./launch.ts";

const plain = { id: "default", baseUrl: "http://127.0.0.1:8080/v1", apiKey: "key", isScripted: false };
const demo = { id: "coder", baseUrl: "http://127.0.0.1:9/v1", apiKey: null, isScripted: true };
const isRemoved = (id: string) => id === "home";
const OWN = "own";
const command = { argv: ["/bin/goose"], env: {} };

it.each([
  { name: "an empty model is the agent's own, where the person set one up", wanted: "", hasOwn: true, key: OWN, model: null },
  { name: "else the first that our endpoints offer", wanted: "", hasOwn: false, key: "default first" },
  { name: "else the agent's own after all", wanted: "", hasOwn: false, offered: [], key: OWN, model: null },
  { name: "the configured default stands above both", wanted: "", hasOwn: true, defaultModel: "coder/demo", key: "coder demo" },
  { name: "a model of an endpoint's is that one's", wanted: "coder/demo", hasOwn: true, key: "coder demo" },
  { name: "a model with slashes is too", wanted: "default/meta/llama", hasOwn: true, key: "default meta/llama" },
  { name: "one of the agent's own is the agent's", wanted: "gpt/big", hasOwn: true, ownModels: ["gpt/big"], key: OWN, model: "gpt/big" },
  {
    name: "also where it is called as one of a removed endpoint",
    wanted: "home/a",
    hasOwn: true,
    ownModels: ["home/a"],
    key: OWN,
    model: "home/a",
  },
  { name: "any other is the plain endpoint's", wanted: "meta/llama", hasOwn: true, key: "default meta/llama" },
  { name: "or the agent's, where there is no plain endpoint", wanted: "llama", hasOwn: true, endpoints: [demo], key: OWN, model: "llama" },
])(
  "$name",
  async ({ wanted, hasOwn, key, model = null, offered = ["first"], defaultModel = "", ownModels = [], endpoints = [plain, demo] }) => {
    const launch = await toLaunch({
      command,
      profile: findProfile("goose", []),
      endpoints,
      isRemoved,
      listOffered: async () => offered,
      ownModels,
      hasOwnModel: async () => hasOwn,
      defaultModel,
      wanted,
    });
    const { endpoint, model: startedWith } = launch.start;
    expect([endpoint === null ? OWN : `${endpoint.id} ${startedWith}`, launch.model]).toEqual([key, model]);
    expect(launch.env["GOOSE_MODEL"]).toBe(key === OWN ? undefined : key.slice(key.indexOf(" ") + 1));
  },
);

it.each([[[plain, demo]], [[demo]]])("a model of an endpoint that was removed goes nowhere else", async (endpoints) => {
  const profile = findProfile("goose", []);
  const ports = { isRemoved, listOffered: async () => [], hasOwnModel: async () => true };
  const launching = toLaunch({ command, profile, endpoints, ownModels: [], defaultModel: "", wanted: "home/llama", ...ports });
  await expect(launching).rejects.toThrow("“home” of the model “home/llama” was removed");
});

it("an endpoint with another address or key needs another process", async () => {
  const launchOf = (endpoint: typeof plain) =>
    toLaunch({
      command,
      profile: findProfile("goose", []),
      endpoints: [endpoint],
      isRemoved,
      listOffered: async () => [],
      ownModels: [],
      hasOwnModel: async () => true,
      defaultModel: "",
      wanted: "llama",
    });
  const starts = await Promise.all([plain, { ...plain }, { ...plain, baseUrl: "http://b/v1" }, { ...plain, apiKey: "new" }].map(launchOf));
  expect(new Set(starts.map(({ start }) => start.endpoint!.at)).size).toBe(3);
  expect(starts[0]!.start).toEqual(starts[1]!.start);
  expect(JSON.stringify(starts.map(({ start }) => start))).not.toContain("new");
});

it("another program, argument or variable is another command, in whatever order the variables stand", () => {
  const marks = [
    { argv: ["goose"], env: { A: "1", B: "2" } },
    { argv: ["goose"], env: { B: "2", A: "1" } },
    { argv: ["goose"], env: { A: "1" } },
    { argv: ["goose", "--fast"], env: { A: "1" } },
    { argv: ["/opt/goose"], env: { A: "1" } },
  ].map(toCommandMark);
  expect(marks[0]).toBe(marks[1]);
  expect(new Set(marks).size).toBe(4);
});

it("an agent that cannot be told of endpoints has only its own models, whatever is configured", async () => {
  const input = { command, profile: findProfile("claude", []), endpoints: [plain], ownModels: [], defaultModel: "llama" };
  const ports = { isRemoved, listOffered: async () => ["llama"], hasOwnModel: async () => false };
  expect(await toLaunch({ ...input, ...ports, wanted: "" })).toMatchObject({ start: { endpoint: null }, env: {}, model: null });
  expect(await toLaunch({ ...input, ...ports, wanted: "opus" })).toMatchObject({
    start: { endpoint: null },
    env: {},
    model: "opus",
    shownModel: "opus",
  });
});

it("goose and qwen are told of an endpoint in their own words", () => {
  const deep = { ...plain, baseUrl: "https://models.invalid/api/v1" };
  expect(findProfile("goose", []).offer?.(deep, "m").env).toEqual({
    GOOSE_PROVIDER: "openai",
    GOOSE_MODEL: "m",
    OPENAI_HOST: "https://models.invalid",
    OPENAI_BASE_PATH: "api/v1/chat/completions",
    OPENAI_API_KEY: "key",
    GOOSE_DISABLE_KEYRING: "1",
  });
  expect(findProfile("qwen", []).offer?.(demo, "m")).toEqual({
    argv: ["--auth-type", "openai"],
    env: { OPENAI_BASE_URL: demo.baseUrl, OPENAI_API_KEY: "none", OPENAI_MODEL: "m" },
  });
});
