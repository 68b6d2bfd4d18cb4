import type { Fault } from "../faults/fault.ts";
import { ENDPOINT_LIMITS, type SaveEndpointInput, type StoredEndpoint } from "./endpoint.ts";

export type SaveEndpointDecision =
  | { kind: "save"; endpoints: readonly StoredEndpoint[]; saved: StoredEndpoint }
  | { kind: "refuse"; fault: Fault };

/**
 * Names of providers that agents have of their own. An endpoint of the same name would stand in front of the person's own provider there.
 */
const PROVIDERS: ReadonlySet<string> = new Set([
  "anthropic",
  "azure",
  "bedrock",
  "cerebras",
  "cohere",
  "deepseek",
  "fireworks",
  "github-copilot",
  "google",
  "groq",
  "huggingface",
  "lmstudio",
  "mistral",
  "moonshot",
  "nvidia",
  "ollama",
  "openai",
  "opencode",
  "openrouter",
  "perplexity",
  "together",
  "vercel",
  "xai",
  "zai",
]);

/** Decides what saving an endpoint makes of the stored ones. `input.url` is normalised. `taken`: ids of endpoints that are not in the settings. */
export function decideSaveEndpoint(
  stored: readonly StoredEndpoint[],
  taken: ReadonlySet<string>,
  input: SaveEndpointInput,
): SaveEndpointDecision {
  const { url } = input;
  const before = stored.find(({ id }) => id === input.id);
  if (input.id !== undefined && !before) return { kind: "refuse", fault: { kind: "endpoint_not_found", endpointId: input.id } };
  if (!before && stored.length >= ENDPOINT_LIMITS.endpoints)
    return { kind: "refuse", fault: { kind: "too_many", what: "endpoints", limit: ENDPOINT_LIMITS.endpoints } };
  const kept = before && isSameServer(before.url, url) ? before.key : null;
  const saved: StoredEndpoint = {
    id: before?.id ?? makeId(input.name, new Set([...taken, ...stored.map(({ id }) => id)])),
    name: input.name,
    url,
    key: input.key === undefined ? kept : input.key,
  };
  const endpoints = before ? stored.map((endpoint) => (endpoint === before ? saved : endpoint)) : [...stored, saved];
  return { kind: "save", endpoints, saved };
}

/** Whether a key for one address may be sent to the other: only to the same scheme, host and port. Both as `toBaseUrl` gives them. */
export function isSameServer(a: string, b: string): boolean {
  const [origin] = ORIGIN.exec(a) ?? [];
  return origin !== undefined && ORIGIN.exec(b)?.[0] === origin;
}

const ORIGIN = /^https?:\/\/[^/@?#]+(?=\/|$)/;

/** The end of a key, to recognise it by, without giving away a good part of a short one. */
export const toKeyHint = (key: string): string => (key.length >= 16 ? `…${key.slice(-4)}` : "…");

function makeId(name: string, taken: ReadonlySet<string>): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  const slug = words.slice(0, ENDPOINT_LIMITS.id - 8).replace(/^-+|-+$/g, "") || "endpoint";
  const base = PROVIDERS.has(slug) ? `my-${slug}` : slug;
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}
