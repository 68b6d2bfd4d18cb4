import { expect, it } from "vitest";
import { ConfigError, readConfig, type Config } from "./config.ts";

const HOME = { HOME: "/home/ada" };

function read(env: Record<string, string> = {}, argv: string[] = []): Config {
  const command = readConfig(argv, { ...HOME, ...env });
  if (command.kind !== "run") throw new Error(`expected to run, not ${command.kind}`);
  return command.config;
}

it("has a default for everything", () => {
  expect(read()).toMatchObject({
    host: "127.0.0.1",
    port: 9502,
    dataDir: "/home/ada/.local/share/boocode",
    worktreesDir: "/home/ada/.local/share/boocode/worktrees",
    agentsFile: "/home/ada/.local/share/boocode/agents.json",
    allowedHosts: [],
    token: null,
    modelEndpoints: [],
    defaultModel: "",
    logLevel: "info",
    logFormat: "json",
    pool: { idleTtlMs: 1_800_000, maxLive: 10 },
    browserEnv: null,
  });
});

it.each<[string, Record<string, string>, string[], Partial<Config>]>([
  ["a data directory", { BOOCODE_DATA_DIR: "/d" }, [], { dataDir: "/d", worktreesDir: "/d/worktrees" }],
  ["XDG's", { XDG_DATA_HOME: "/x" }, [], { dataDir: "/x/boocode" }],
  ["a relative XDG, which is to be ignored", { XDG_DATA_HOME: "x" }, [], { dataDir: "/home/ada/.local/share/boocode" }],
  ["a variable set to nothing", { BOOCODE_PORT: "", DATABASE_URL: " " }, [], { port: 9502 }],
  ["any free port", { BOOCODE_PORT: "0" }, [], { port: 0 }],
  ["an option above its variable", { BOOCODE_PORT: "1" }, ["--port", "2", "--data-dir=/e"], { port: 2, dataDir: "/e" }],
  ["IPv6 loopback", { BOOCODE_HOST: "[::1]" }, [], { host: "::1" }],
  ["another address, allowed", { BOOCODE_HOST: "0.0.0.0", BOOCODE_ALLOW_REMOTE: "1" }, [], { host: "0.0.0.0" }],
  ["further hosts", { BOOCODE_ALLOWED_HOSTS: "Box.lan, dev.test:5173 ," }, [], { allowedHosts: ["box.lan", "dev.test:5173"] }],
  [
    "two endpoints, one by its bare address",
    { BOOCODE_MODEL_URL: "https://m.test/v1/", BOOCODE_MODEL_KEY: "k", LLAMA_SWAP_URL: "http://127.0.0.1:8080" },
    [],
    {
      modelEndpoints: [
        { id: "default", baseUrl: "https://m.test/v1", apiKey: "k", isScripted: false },
        { id: "llama-swap", baseUrl: "http://127.0.0.1:8080/v1", apiKey: null, isScripted: false },
      ],
    },
  ],
  ["a log for a person", { BOOCODE_LOG_FORMAT: "text" }, [], { logFormat: "text" }],
  ["the pool's limits", { AGENT_POOL_IDLE_TTL_MS: "5", AGENT_POOL_MAX_LIVE: "2" }, [], { pool: { idleTtlMs: 5, maxLive: 2 } }],
])("reads %s", (_, env, argv, expected) => {
  expect(read(env, argv)).toMatchObject(expected);
});

it.each<[string, Record<string, string>, string[], string]>([
  ["a port that is none", { BOOCODE_PORT: "http" }, [], "BOOCODE_PORT"],
  ["a port too high", {}, ["--port", "65536"], "BOOCODE_PORT"],
  ["an address others reach", { BOOCODE_HOST: "0.0.0.0" }, [], "BOOCODE_ALLOW_REMOTE"],
  ["a name that only begins like loopback", { BOOCODE_HOST: "127.0.0.1.evil.test" }, [], "BOOCODE_ALLOW_REMOTE"],
  [
    "a short token where others reach it",
    { BOOCODE_HOST: "0.0.0.0", BOOCODE_ALLOW_REMOTE: "1", BOOCODE_TOKEN: "short" },
    [],
    "32 characters",
  ],
  ["a token with a space", { BOOCODE_TOKEN: "a b" }, [], "BOOCODE_TOKEN"],
  ["PostgreSQL", { DATABASE_URL: "postgres://u:canary@h/db" }, [], "PostgreSQL"],
  ["another store", { DATABASE_URL: "mysql://h" }, [], "DATABASE_URL"],
  ["a level that is none", { BOOCODE_LOG_LEVEL: "loud" }, [], "BOOCODE_LOG_LEVEL"],
  ["a log format that is none", { BOOCODE_LOG_FORMAT: "xml" }, [], "BOOCODE_LOG_FORMAT"],
  ["a model address that is none", { BOOCODE_MODEL_URL: "localhost:8080" }, [], "BOOCODE_MODEL_URL"],
  ["a further host with a scheme", { BOOCODE_ALLOWED_HOSTS: "http://box" }, [], "BOOCODE_ALLOWED_HOSTS"],
  ["an unknown option", {}, ["--prot", "1"], "--prot"],
  ["an argument", {}, ["serve"], "serve"],
])("refuses %s in one readable line", (_, env, argv, words) => {
  const attempt = () => read(env, argv);
  expect(attempt).toThrow(ConfigError);
  expect(attempt).toThrow(words);
  expect(attempt).not.toThrow(/\n|canary/);
});

it("helps, and tells its version, before it looks at anything else", () => {
  expect(readConfig(["--help"], { BOOCODE_PORT: "x" })).toMatchObject({ kind: "help", text: expect.stringContaining("--data-dir") });
  expect(readConfig(["--version"], {})).toMatchObject({ kind: "version", text: expect.stringMatching(/^\d+\.\d+\.\d+/) });
});
