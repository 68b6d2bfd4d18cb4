import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import { toAgentEnv } from "./platform/processes/agent-env.ts";
import { hideEnvironment } from "./platform/processes/hide-environment.ts";
import { toBaseUrl } from "./platform/to-base-url.ts";
import type { LogFormat, LogLevel } from "./platform/logger.ts";

/** Thrown for a setting that cannot be used. Its message is one sentence for the person. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The daemon's whole configuration. Nothing else reads the environment. */
export interface Config {
  version: string;
  host: string;
  /** The port; 0 picks a free one. */
  port: number;
  dataDir: string;
  worktreesDir: string;
  /** Additional values of the Host header, in lower case. */
  allowedHosts: readonly string[];
  /** The bearer token; null to keep a generated one in the data directory. */
  token: string | null;
  /** The configured endpoints, without the demo model, which the daemon adds. */
  modelEndpoints: readonly ModelEndpoint[];
  /** Empty selects the first model of the first endpoint. */
  defaultModel: string;
  logLevel: LogLevel;
  /** The format of the log on stderr. */
  logFormat: LogFormat;
  pool: { idleTtlMs: number; maxLive: number };
  agentsFile: string;
  /** The environment that an agent's process may inherit, already reduced to the allow-list. */
  agentEnv: Readonly<Record<string, string>>;
  home: string;
  /** The folder of the built page. */
  webDir: string;
  /** The environment for opening the person's browser at startup; null to open none. */
  browserEnv: Readonly<Record<string, string>> | null;
}

export type CommandLine =
  | { kind: "help" | "version"; text: string }
  /** `restore_backup` and `list_worktrees` do that and end; they start no daemon. */
  | { kind: "run" | "restore_backup" | "list_worktrees"; config: Config };

type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORT = 9502;
const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

const HELP = `BooCode: a browser workspace for coding agents over your own repositories

Usage: npm start -- [options], or boocode [options]

  --port <number>           port to listen on; 0 picks a free one   (BOOCODE_PORT, ${DEFAULT_PORT})
  --host <address>          address to listen on                    (BOOCODE_HOST, 127.0.0.1)
  --data-dir <folder>       where everything is kept                (BOOCODE_DATA_DIR)
  --worktrees-dir <folder>  where sessions' worktrees go            (BOOCODE_WORKTREES_DIR, <data>/worktrees)
  --model-url <url>         OpenAI-compatible endpoint              (BOOCODE_MODEL_URL)
  --model <id>              model to use where none is picked       (BOOCODE_DEFAULT_MODEL)
  --log-level <level>       ${LEVELS.join(", ")}  (BOOCODE_LOG_LEVEL, info)
  --no-open                 do not open a browser
  --restore-backup          put the newest backup in the place of a damaged or lost database, which is kept, and end
  --list-worktrees          list this installation's worktrees, from the disk, without the database, and end
  --version                 print the version
  --help                    print this

An option stands above its variable. All variables are described in BOOCODER.md.`;

/** Reads the command line and the environment. Throws {@link ConfigError} for the first invalid setting. */
export function readConfig(argv: readonly string[], env: Env = process.env): CommandLine {
  const options = readOptions(argv);
  const version = readVersion();
  if (options.help) return { kind: "help", text: HELP };
  if (options.version) return { kind: "version", text: version };
  refuseDatabaseUrl(env);
  const home = env.HOME || homedir();
  const host = readHost(options.host ?? given(env, "BOOCODE_HOST") ?? "127.0.0.1", env);
  const dataDir = resolve(options["data-dir"] ?? given(env, "BOOCODE_DATA_DIR") ?? defaultDataDir(env, home));
  const config: Config = {
    version,
    host,
    port: readInteger("BOOCODE_PORT", options.port ?? given(env, "BOOCODE_PORT"), DEFAULT_PORT, 0, 65_535),
    dataDir,
    worktreesDir: resolve(options["worktrees-dir"] ?? given(env, "BOOCODE_WORKTREES_DIR") ?? join(dataDir, "worktrees")),
    allowedHosts: readAllowedHosts(given(env, "BOOCODE_ALLOWED_HOSTS")),
    token: readToken(given(env, "BOOCODE_TOKEN"), host),
    modelEndpoints: readModelEndpoints(options["model-url"], env),
    defaultModel: options.model ?? given(env, "BOOCODE_DEFAULT_MODEL") ?? "",
    logLevel: readLevel(options["log-level"] ?? given(env, "BOOCODE_LOG_LEVEL") ?? "info"),
    logFormat: readFormat(given(env, "BOOCODE_LOG_FORMAT")),
    pool: {
      idleTtlMs: readInteger("AGENT_POOL_IDLE_TTL_MS", given(env, "AGENT_POOL_IDLE_TTL_MS"), 1_800_000, 0, 2 ** 31 - 1),
      maxLive: readInteger("AGENT_POOL_MAX_LIVE", given(env, "AGENT_POOL_MAX_LIVE"), 10, 1, 1_000),
    },
    agentsFile: resolve(given(env, "BOOCODE_AGENTS_FILE") ?? join(dataDir, "agents.json")),
    agentEnv: toAgentEnv(env),
    home,
    webDir: resolve(import.meta.dirname, "../../web/dist"),
    browserEnv: options["no-open"] === true ? null : readBrowserEnv(env),
  };
  const kind = options["restore-backup"] ? "restore_backup" : options["list-worktrees"] ? "list_worktrees" : "run";
  return { kind, config };
}

/** Variables that Node and the log still read while the daemon runs. */
const STILL_READ = new Set(["NODE_COMPILE_CACHE", "NO_COLOR", "FORCE_COLOR"]);

/**
 * Removes everything from the environment that an agent may not inherit. Call it once the configuration is read: an agent's command can
 * read its parents' environment. Returns whether none of it is visible any more, see {@link hideEnvironment}.
 */
export function forgetEnvironment(): boolean {
  const kept = toAgentEnv(process.env);
  return hideEnvironment(process.env, (name) => name in kept || STILL_READ.has(name));
}

/**
 * Lets more files be read, written and made durable at once than by default, which is four: a disk does many of these together in the time of
 * one. Call it before anything waits for a file, because the threads are made then.
 */
export function widenThreadPool(): void {
  process.env["UV_THREADPOOL_SIZE"] = "16";
}

function readOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: "string" },
        host: { type: "string" },
        "data-dir": { type: "string" },
        "worktrees-dir": { type: "string" },
        "model-url": { type: "string" },
        model: { type: "string" },
        "log-level": { type: "string" },
        "no-open": { type: "boolean" },
        "restore-backup": { type: "boolean" },
        "list-worktrees": { type: "boolean" },
        version: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new ConfigError(`${(error as Error).message.split(/\.\s/)[0]}. See --help.`, { cause: error });
  }
}

/** Reads a variable; an empty one counts as not set. */
function given(env: Env, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
  return (manifest as { version: string }).version;
}

function refuseDatabaseUrl(env: Env): void {
  const url = given(env, "DATABASE_URL");
  if (!url) return;
  if (/^postgres(ql)?:/.test(url)) {
    throw new ConfigError(
      "DATABASE_URL names a PostgreSQL server, which is not supported yet: unset it to use the SQLite file in the data directory.",
    );
  }
  throw new ConfigError("DATABASE_URL is set to something BooCode cannot use: unset it to use the SQLite file in the data directory.");
}

function readHost(host: string, env: Env): string {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  const isLoopback = bare === "localhost" || bare === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare);
  if (isLoopback || given(env, "BOOCODE_ALLOW_REMOTE") === "1") return bare;
  throw new ConfigError(`BOOCODE_HOST is ${host}, which other machines can reach: set BOOCODE_ALLOW_REMOTE=1 to allow that.`);
}

function defaultDataDir(env: Env, home: string): string {
  const base = given(env, "XDG_DATA_HOME");
  // The specification says to ignore a relative XDG_DATA_HOME.
  if (base && isAbsolute(base)) return join(base, "boocode");
  if (!isAbsolute(home)) throw new ConfigError("There is no home directory for the data: set BOOCODE_DATA_DIR.");
  return join(home, ".local", "share", "boocode");
}

function readInteger(name: string, text: string | undefined, fallback: number, min: number, max: number): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new ConfigError(`${name} is "${text}": it must be a whole number from ${min} to ${max}.`);
}

function readAllowedHosts(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== "")
    .map((host) => {
      if (/^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/.test(host)) return host;
      throw new ConfigError(
        `BOOCODE_ALLOWED_HOSTS contains "${host}": it must be host names, with a port where one is sent, separated by commas.`,
      );
    });
}

function readToken(token: string | undefined, host: string): string | null {
  if (token === undefined) return null;
  if (!/^[\x21-\x7e]{1,512}$/.test(token)) throw new ConfigError("BOOCODE_TOKEN must be at most 512 printable characters without spaces.");
  const isLoopback = host === "localhost" || host === "::1" || host.startsWith("127.");
  if (!isLoopback && token.length < 32)
    throw new ConfigError("BOOCODE_TOKEN must have at least 32 characters where other machines can reach the daemon.");
  return token;
}

/** Returns null unless there is a terminal to report on and a display to open the browser on. */
function readBrowserEnv(env: Env): Record<string, string> | null {
  if (!process.stdout.isTTY) return null;
  if (process.platform !== "darwin" && !given(env, "DISPLAY") && !given(env, "WAYLAND_DISPLAY")) return null;
  const names = ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "BROWSER"];
  return { ...toAgentEnv(env), ...Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : []))) };
}

function readLevel(text: string): LogLevel {
  const level = LEVELS.find((candidate) => candidate === text);
  if (level) return level;
  throw new ConfigError(`BOOCODE_LOG_LEVEL is "${text}": it must be one of ${LEVELS.join(", ")}.`);
}

/** Reads the log format. The default is text on a terminal and JSON elsewhere. */
function readFormat(text: string | undefined): LogFormat {
  if (text === undefined) return process.stderr.isTTY ? "text" : "json";
  if (text === "text" || text === "json") return text;
  throw new ConfigError(`BOOCODE_LOG_FORMAT is "${text}": it must be text or json.`);
}

function readModelEndpoints(option: string | undefined, env: Env): ModelEndpoint[] {
  const own = option ?? given(env, "BOOCODE_MODEL_URL");
  const llamaSwap = given(env, "LLAMA_SWAP_URL");
  const endpoints: ModelEndpoint[] = [];
  if (own)
    endpoints.push({
      id: "default",
      baseUrl: readModelUrl("BOOCODE_MODEL_URL", own),
      apiKey: given(env, "BOOCODE_MODEL_KEY") ?? null,
      isScripted: false,
    });
  if (llamaSwap) endpoints.push({ id: "llama-swap", baseUrl: readModelUrl("LLAMA_SWAP_URL", llamaSwap), apiKey: null, isScripted: false });
  return endpoints;
}

function readModelUrl(name: string, text: string): string {
  const url = toBaseUrl(text);
  if (url.kind === "refused") throw new ConfigError(`${name} is not usable: ${url.reason}`);
  return url.url;
}
