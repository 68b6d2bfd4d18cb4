import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startOpencodeServer } from "@boocode/coder/backends/opencode/server/opencode-server";
import { toServerConfig } from "@boocode/coder/backends/opencode/server/server-config";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import type { ScriptedModel } from "@boocode/testkit/scripted-model";
import { createOpencodeClient, type OpencodeClient } from "@opencode-ai/sdk";
import { findOpencode } from "../agents/find-opencode.ts";
import { toAgentEnv } from "../agents/to-agent-env.ts";

/** When the text of a turn arrived at the client. */
export interface PeerTurn {
  sentAt: number;
  firstAt: number;
  lastAt: number;
}

/** An opencode session in a directory with its events, as a client of opencode's SDK sees them. */
export interface PeerSession {
  prompt(text: string): Promise<PeerTurn>;
  close(): void;
}

/** The same opencode without BooCode: a server with its own home, the same model, and the SDK's client. */
export class OpencodePeer implements AsyncDisposable {
  readonly #client: OpencodeClient;
  readonly #close: () => Promise<void>;

  /** Leads the group of its processes. */
  readonly pid: number;

  private constructor(client: OpencodeClient, pid: number, close: () => Promise<void>) {
    this.pid = pid;
    this.#client = client;
    this.#close = close;
  }

  static async start(model: ScriptedModel): Promise<OpencodePeer> {
    const home = await createTempFolder();
    const cwd = join(home.path, "nowhere");
    await mkdir(cwd);
    const endpoint = { id: "default", baseUrl: model.baseUrl, apiKey: model.apiKey, isScripted: false };
    const config = JSON.stringify(toServerConfig([{ endpoint, modelIds: ["scripted"] }], home.path));
    const env = { ...toAgentEnv(home.path), OPENCODE_CONFIG_CONTENT: config };
    const server = await startOpencodeServer({ command: [findOpencode()], cwd, env, api: 1, version: "1.18.33", readyLimitMs: 60_000 });
    const { url, password } = server.client.address;
    const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString("base64")}`;
    const client = createOpencodeClient({ baseUrl: url, headers: { authorization }, throwOnError: true });
    return new OpencodePeer(client, server.identity.pid, async () => {
      await server.close();
      await home[Symbol.asyncDispose]();
    });
  }

  /** Starts a session in a directory and subscribes to its events. Touches nothing else there. */
  async open(directory: string): Promise<PeerSession> {
    const client = this.#client;
    const query = { directory };
    const { data: session } = await client.session.create({ query, body: { title: "Bench" }, throwOnError: true });
    const stopping = new AbortController();
    const { stream } = await client.event.subscribe({ query, signal: stopping.signal });
    const now: { turn: PeerTurn | null } = { turn: null };
    let onIdle = () => {};
    void (async () => {
      // The SDK of 1.18 does not name the events that carry deltas.
      for await (const event of stream as AsyncIterable<{ type: string; properties: Record<string, unknown> }>) {
        const { turn } = now;
        if (event.properties["sessionID"] !== session.id || !turn) continue;
        if (event.type === "message.part.delta") {
          turn.lastAt = performance.now();
          turn.firstAt ||= turn.lastAt;
        }
        if (event.type === "session.idle") onIdle();
      }
    })().catch(() => {});
    return {
      async prompt(text) {
        const idle = new Promise<void>((resolve) => (onIdle = resolve));
        const begun = (now.turn = { sentAt: performance.now(), firstAt: 0, lastAt: 0 });
        await client.session.promptAsync({
          path: { id: session.id },
          query,
          body: { model: { providerID: "default", modelID: "scripted" }, parts: [{ type: "text", text }] },
          throwOnError: true,
        });
        await idle;
        if (begun.firstAt === 0) throw new Error("opencode ended a turn without a word");
        return begun;
      },
      close: () => stopping.abort(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
