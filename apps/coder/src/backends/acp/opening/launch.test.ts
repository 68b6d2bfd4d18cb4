import { expect, it } from "vitest";
import { findProfile } from "./agent-profiles.ts";
import { toLaunch } from "./launch.ts";

const plain = { id: "default", baseUrl: "http://127.0.0.1:8080/v1", apiKey: "key", isScripted: false };
const demo = { id: "coder", baseUrl: "http://127.0.0.1:9/v1", apiKey: null, isScripted: true };
const OWN = "own";

it.each([
  { name: "an empty model is the agent's own, where the person set one up", wanted: "", hasOwn: true, key: OWN, model: null },
  { name: "else the first that our endpoints offer", wanted: "", hasOwn: false, key: "default first" },
  { name: "else the agent's own after all", wanted: "", hasOwn: false, offered: [], key: OWN, model: null },
  { name: "the configured default stands above both", wanted: "", hasOwn: true, defaultModel: "coder/demo", key: "coder demo" },
  { name: "a model of an endpoint's is that one's", wanted: "coder/demo", hasOwn: true, key: "coder demo" },
  { name: "a model with slashes is too", wanted: "default/meta/llama", hasOwn: true, key: "default meta/llama" },
  { name: "one of the agent's own is the agent's", wanted: "gpt/big", hasOwn: true, ownModels: ["gpt/big"], key: OWN, model: "gpt/big" },
  { name: "any other is the plain endpoint's", wanted: "meta/llama", hasOwn: true, key: "default meta/llama" },
  { name: "or the agent's, where there is no plain endpoint", wanted: "llama", hasOwn: true, endpoints: [demo], key: OWN, model: "llama" },
])(
  "$name",
  async ({ wanted, hasOwn, key, model = null, offered = ["first"], defaultModel = "", ownModels = [], endpoints = [plain, demo] }) => {
    const launch = await toLaunch({
      profile: findProfile("goose", []),
      endpoints,
      listOffered: async () => offered,
      ownModels,
      hasOwnModel: async () => hasOwn,
      defaultModel,
      wanted,
    });
    expect(launch).toMatchObject({ key, model });
    expect(launch.env["GOOSE_MODEL"]).toBe(key === OWN ? undefined : key.slice(key.indexOf(" ") + 1));
  },
);

it("an agent that cannot be told of endpoints has only its own models, whatever is configured", async () => {
  const input = { profile: findProfile("claude", []), endpoints: [plain], ownModels: [], defaultModel: "llama" };
  const ports = { listOffered: async () => ["llama"], hasOwnModel: async () => false };
  expect(await toLaunch({ ...input, ...ports, wanted: "" })).toMatchObject({ key: OWN, env: {}, model: null });
  expect(await toLaunch({ ...input, ...ports, wanted: "opus" })).toMatchObject({ key: OWN, env: {}, model: "opus", shownModel: "opus" });
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
