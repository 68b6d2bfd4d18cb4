import type { ServerResponse } from "node:http";
import type { ApiVersion } from "./api-version.ts";
import { toApiEvents } from "./opencode-api.ts";
import type { StreamAction } from "./opencode-steps.ts";

export interface OpencodeEvent {
  id: string;
  type: string;
  properties: Record<string, unknown>;
}

interface OpenStream {
  response: ServerResponse;
  /** Null receives the events of every directory, each in an envelope that names it. */
  directory: string | null;
  /** It is a stream of `/api`, in its form. */
  api: ApiVersion | null;
}

/** The open event streams of a scripted opencode. Events have no ids and missed ones are not replayed. */
export class OpencodeStreams {
  readonly #streams = new Set<OpenStream>();
  readonly #sent: { directory: string; event: OpencodeEvent }[] = [];
  readonly #newEventId: () => string;
  readonly #diesAt: { event: number; die: () => void } | null;
  #emitted = 0;
  #isStalled = false;

  constructor(newEventId: () => string, diesAt: { event: number; die: () => void } | null = null) {
    this.#newEventId = newEventId;
    this.#diesAt = diesAt;
  }

  get count(): number {
    return this.#streams.size;
  }

  add(response: ServerResponse, directory: string | null, api: ApiVersion | null = null): void {
    const stream = { response, directory, api };
    this.#streams.add(stream);
    response.once("close", () => this.#streams.delete(stream));
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform" });
    response.flushHeaders();
    const connected = { id: this.#newEventId(), type: "server.connected", properties: {} };
    if (!this.#isStalled) response.write(encode(stream, directory ?? "global", connected));
  }

  /** Sends an event and resolves when every reader has received it. */
  async emit(directory: string, type: string, properties: Record<string, unknown>): Promise<void> {
    const event = { id: this.#newEventId(), type, properties };
    this.#emitted += 1;
    if (this.#emitted === this.#diesAt?.event) this.#diesAt.die();
    this.#sent.push({ directory, event });
    if (this.#sent.length > 1_000) this.#sent.shift();
    await this.#send(directory, event);
  }

  async replay(count: number): Promise<void> {
    for (const { directory, event } of this.#sent.slice(-count)) await this.#send(directory, event);
  }

  write(bytes: string): void {
    if (!this.#isStalled) for (const { response } of this.#streams) response.write(bytes);
  }

  act(action: StreamAction): void {
    if (action === "stall") this.#isStalled = true;
    if (action === "resume") this.#isStalled = false;
    for (const { response } of this.#streams) {
      if (action === "drop") response.destroy();
      if (action === "end") response.end();
    }
  }

  /** Ends the streams of one directory, as when the real server disposes its instance. */
  end(directory: string): void {
    for (const stream of this.#streams) if (stream.directory === directory) stream.response.end();
  }

  async #send(directory: string, event: OpencodeEvent): Promise<void> {
    if (this.#isStalled) return;
    const waits: Promise<void>[] = [];
    for (const stream of this.#streams) {
      if (stream.directory !== null && stream.directory !== directory) continue;
      const { response } = stream;
      const bytes = encode(stream, directory, event);
      if (bytes === "" || response.destroyed || response.writableEnded || response.write(bytes)) continue;
      waits.push(
        new Promise((resolve) => {
          response.once("drain", resolve);
          response.once("close", resolve);
        }),
      );
    }
    await Promise.all(waits);
  }
}

function encode({ directory, api }: OpenStream, of: string, event: OpencodeEvent): string {
  if (api !== null) {
    const told = toApiEvents(api, event.type, event.properties);
    return told.map((one) => `data: ${JSON.stringify({ id: event.id, ...one, location: { directory: of } })}\n\n`).join("");
  }
  return `data: ${JSON.stringify(directory === null ? { directory: of, payload: event } : event)}\n\n`;
}
