import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { decideSaveEndpoint, isSameServer, toKeyHint } from "@boocode/shared/settings/decide-save-endpoint";
import type { Endpoint, SaveEndpointInput, StoredEndpoint } from "@boocode/shared/settings/endpoint";
import { toRemovedIds } from "@boocode/shared/settings/removed-endpoints";
import type { Feed } from "../feed/feed.ts";
import type { Logger } from "../platform/logger.ts";
import { toBaseUrl } from "../platform/to-base-url.ts";
import { readEndpointsFile, writeEndpointsFile } from "./endpoints-file.ts";

export interface EndpointsDeps {
  /** The folder of the file with the endpoints that the person added. */
  dataDir: string;
  /** Endpoints set by variables, which come first. */
  environment: readonly ModelEndpoint[];
  /** The demo model, which comes last. */
  demo: ModelEndpoint;
  feed: Pick<Feed, "changed">;
  logger: Logger;
  /** Called with each key before it is used, so that no log shows it. */
  hide(key: string): void;
}

/** The model endpoints of this installation: those of the environment, those the person added, and the demo model. */
export class Endpoints {
  readonly #deps: EndpointsDeps;
  readonly #file: string;
  readonly #listeners = new Set<(isOffered: boolean) => void>();
  readonly #unreadable: string | null;
  #stored: readonly StoredEndpoint[];
  #removed: readonly string[];
  #current: readonly ModelEndpoint[];

  constructor(deps: EndpointsDeps) {
    this.#deps = deps;
    this.#file = join(deps.dataDir, "endpoints.json");
    const read = readEndpointsFile(this.#file);
    this.#stored = read.kind === "read" ? read.stored.endpoints : [];
    this.#removed = read.kind === "read" ? read.stored.removed : [];
    this.#unreadable = read.kind === "read" ? null : read.reason;
    if (this.#unreadable !== null) deps.logger.warn({ reason: this.#unreadable }, "The endpoints of the settings are not used");
    this.#current = this.#toCurrent();
  }

  /** The endpoints to use now, in order of preference. Returns the same array until one of them changes. */
  readonly current = (): readonly ModelEndpoint[] => this.#current;

  /** Whether an endpoint with this id was removed from the settings and is not there now. A name of one of its models means no other server. */
  readonly isRemoved = (id: string): boolean => this.#removed.includes(id);

  /** Lists the endpoints that a person set up, without their keys. Fault: `endpoints_unusable`. */
  list(): Endpoint[] {
    this.#requireReadable();
    const environment = this.#deps.environment.map(({ id, baseUrl, apiKey }): Endpoint => ({
      id,
      name: id,
      url: baseUrl,
      keyHint: apiKey === null ? null : toKeyHint(apiKey),
      source: "environment",
    }));
    return [...environment, ...this.#stored.map(toShown)];
  }

  /** Adds an endpoint, or changes one. Faults: `invalid_input`, `endpoint_not_found`, `too_many`, `endpoints_unusable`. */
  save(input: SaveEndpointInput): Endpoint {
    this.#requireReadable();
    const taken = new Set([...this.#deps.environment, this.#deps.demo].map(({ id }) => id).concat("default", "llama-swap"));
    const url = toBaseUrl(input.url);
    if (url.kind === "refused") throw new DomainError({ kind: "invalid_input", issues: [{ path: "url", message: url.reason }] });
    const decision = decideSaveEndpoint(this.#stored, taken, { ...input, url: url.url });
    if (decision.kind === "refuse") throw new DomainError(decision.fault);
    this.#store(decision.endpoints);
    return toShown(decision.saved);
  }

  /** Removes an endpoint with its key. Faults: `endpoint_not_found`, `endpoints_unusable`. */
  remove(id: string): void {
    this.#requireReadable();
    const left = this.#stored.filter((endpoint) => endpoint.id !== id);
    if (left.length === this.#stored.length) throw new DomainError({ kind: "endpoint_not_found", endpointId: id });
    this.#store(left);
  }

  /** The key of an endpoint for an address on the same server; null if it has none, or the address is on another. */
  keyFor(id: string, url: string): string | null {
    const known = this.#current.find((endpoint) => endpoint.id === id && !endpoint.isScripted);
    const wanted = toBaseUrl(url);
    return known && wanted.kind === "url" && isSameServer(known.baseUrl, wanted.url) ? known.apiKey : null;
  }

  /** Registers `changed`, which is called after each change; `isOffered` says whether agents are offered something else than before. */
  onChanged(changed: (isOffered: boolean) => void): void {
    this.#listeners.add(changed);
  }

  #store(endpoints: readonly StoredEndpoint[]): void {
    const removed = toRemovedIds(this.#removed, this.#stored, endpoints);
    try {
      writeEndpointsFile(this.#file, { endpoints, removed });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
      const reason = `${this.#file} could not be written (${code}). Nothing was changed.`;
      throw new DomainError({ kind: "endpoints_unusable", reason }, { cause: error });
    }
    this.#stored = endpoints;
    this.#removed = removed;
    const next = this.#toCurrent();
    const isOffered = !isDeepStrictEqual(next, this.#current);
    if (isOffered) this.#current = next;
    this.#deps.feed.changed({ noun: "settings", ids: [] });
    for (const changed of this.#listeners) changed(isOffered);
  }

  #toCurrent(): readonly ModelEndpoint[] {
    for (const { key } of this.#stored) if (key !== null) this.#deps.hide(key);
    const stored = this.#stored.map(({ id, url, key }) => ({ id, baseUrl: url, apiKey: key, isScripted: false }));
    return [...this.#deps.environment, ...stored, this.#deps.demo];
  }

  #requireReadable(): void {
    if (this.#unreadable !== null) throw new DomainError({ kind: "endpoints_unusable", reason: this.#unreadable });
  }
}

function toShown({ id, name, url, key }: StoredEndpoint): Endpoint {
  return { id, name, url, keyHint: key === null ? null : toKeyHint(key), source: "settings" };
}
