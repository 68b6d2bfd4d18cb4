import { decideHealth } from "@boocode/shared/agents/processes/decide-health";
import type { TaskEvidence } from "@boocode/shared/tasks/task";
import { measureGroup } from "../../../platform/processes/measure-group.ts";
import type { Time } from "../../../platform/time.ts";
import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import type { ServerClient, OpencodeModel } from "../wire/opencode-client.ts";
import type { OpencodeServer } from "./opencode-server.ts";
import type { ProviderList } from "../wire/opencode-wire.ts";
import { LoadedFolders, type FolderChat } from "../folder/loaded-folders.ts";

const PROBE_EVERY_MS = 5_000;

export interface GenerationDeps {
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
  /** How long a server without chats is kept after it was last needed. */
  idleMs: number;
}

/** One server with one configuration, and its users: its chats, their directories and their running turns. */
export class ServerGeneration {
  readonly key: string;
  readonly #server: OpencodeServer;
  readonly #deps: GenerationDeps;
  readonly #folders: LoadedFolders;
  readonly #contextSizes = new Map<string, number>();
  #users = 0;
  #wasUsed = false;
  #busy = 0;
  #isDraining = false;
  #isClosing = false;
  #isDead = false;
  #lastAliveAt: number;
  /** When a chat last came or a turn last ended. An open idle chat does not count as need. */
  #neededAt: number;
  #failedProbes = 0;
  #stopProbing = () => {};
  #stopWaiting = () => {};

  constructor(key: string, server: OpencodeServer, deps: GenerationDeps) {
    this.key = key;
    this.#server = server;
    this.#deps = deps;
    this.#folders = new LoadedFolders({ client: server.client, logger: deps.logger });
    this.#lastAliveAt = deps.time.elapsedMs();
    this.#neededAt = this.#lastAliveAt;
    void server.exited.then(() => {
      this.#isDead = true;
      this.#stopProbing();
      this.#stopWaiting();
    });
  }

  get client(): ServerClient {
    return this.#server.client;
  }

  /** The version that it told of itself. */
  get version(): string {
    return this.#server.version;
  }

  /** Tells it from every other server. */
  get id(): string {
    const { pid, startTime } = this.#server.identity;
    return `${pid} ${startTime}`;
  }

  get exited(): Promise<TaskEvidence> {
    return this.#server.exited;
  }

  /** The memory of the server and its child processes, shared by all its chats, in bytes; null if unknown. Never rejects. */
  rssBytes(): Promise<number | null> {
    return measureGroup(this.#server.identity.pid);
  }

  /** Resolves when everything it started is gone too. */
  get swept(): Promise<void> {
    return this.#server.swept;
  }

  /** False once it takes no new chats. */
  get isOpen(): boolean {
    return !this.#isDead && !this.#isDraining;
  }

  /** True once a chat or a read-only user has used it. */
  get wasUsed(): boolean {
    return this.#wasUsed;
  }

  /** True while a chat or a read-only user has it. */
  get isUsed(): boolean {
    return this.#users > 0;
  }

  /** True if BooCode is ending it. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /**
   * Registers a chat, before the server is asked about its folder. The returned function unregisters it, once, and ends the folder's instance
   * with its last chat.
   */
  async enter(chat: FolderChat): Promise<() => Promise<void>> {
    this.#come();
    await this.#folders.enter(chat);
    let isIn = true;
    return async () => {
      if (!isIn) return;
      isIn = false;
      this.#go();
      if (this.#folders.leave(chat) && this.isOpen) await this.disposeInstance(chat.worktree);
      this.goWhenUnused();
    };
  }

  /** Lends the client for read-only work, which ends no directory's instance afterwards. Rejects if `work` rejects. */
  async lend<T>(work: (client: ServerClient) => Promise<T>): Promise<T> {
    this.#come();
    try {
      return await work(this.client);
    } finally {
      this.#go();
      this.goWhenUnused();
    }
  }

  /** Registers a turn; the returned function unregisters it. */
  beginTurn(directory: string): () => void {
    this.#busy += 1;
    const leave = this.#folders.beginTurn(directory);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      leave();
      this.#busy -= 1;
      this.#neededAt = this.#deps.time.elapsedMs();
      this.goWhenUnused();
    };
  }

  /** Records that a turn has run in a directory, so everything there is loaded. */
  noteLoaded(directory: string): void {
    this.#folders.noteLoaded(directory);
  }

  /** Loads a directory with a throw-away turn, unless it is already loaded. Resolves when that turn is over. Never rejects. */
  async warmUp(directory: string, model: OpencodeModel): Promise<void> {
    if (this.isOpen) await this.#folders.warmUp(directory, model);
  }

  /** Has a folder read anew if what opencode offers there has changed; see {@link LoadedFolders.renew}. Never rejects. */
  async renew(chat: FolderChat, input: { isInTurn: boolean; mayRead: () => Promise<boolean> }): Promise<boolean> {
    return this.isOpen && (await this.#folders.renew(chat, input));
  }

  /** Records a sign of life from the server. */
  noteAlive(): void {
    this.#lastAliveAt = this.#deps.time.elapsedMs();
    this.#failedProbes = 0;
  }

  /** Stops taking new chats and ends with its last turn, or at once if none runs. Its chats are reopened elsewhere by their next prompt. */
  drain(): void {
    this.#isDraining = true;
    this.goWhenUnused();
  }

  /** Disposes of a directory's instance in memory, which opencode never does by itself. Sessions are kept. */
  async disposeInstance(directory: string): Promise<void> {
    await this.#folders.dispose(directory);
  }

  /** Lists the providers and models available in a directory. Throws `OpencodeRequestError`. */
  async listProviders(directory: string): Promise<ProviderList["providers"]> {
    const providers = await this.client.listProviders(directory);
    for (const { id, models } of providers) {
      for (const [model, { limit }] of Object.entries(models))
        if (limit && limit.context > 0) this.#contextSizes.set(`${id}/${model}`, limit.context);
    }
    return providers;
  }

  /** The context size of a listed model; null if unknown. */
  contextSizeOf(model: string): number | null {
    return this.#contextSizes.get(model) ?? null;
  }

  async close(): Promise<void> {
    this.#isDraining = true;
    this.#isClosing = true;
    this.#stopProbing();
    this.#stopWaiting();
    await this.#server.close();
  }

  /** Keeps the server for the idle time, as after a turn, because a prompt may come soon. */
  stayForNow(): void {
    this.#neededAt = this.#deps.time.elapsedMs();
    this.goWhenUnused();
  }

  /**
   * Ends an unused server once it has not been needed for the idle time; that is at once when its last chat closes after being idle that
   * long. A draining server ends with its last turn.
   */
  goWhenUnused(): void {
    if (this.#isDead) return;
    if (this.#isDraining && this.#busy === 0) return void this.close();
    if (this.#users > 0) return;
    const { time, idleMs } = this.#deps;
    this.#stopWaiting();
    this.#stopWaiting = time.after(Math.max(0, this.#neededAt + idleMs - time.elapsedMs()), () => void this.close());
  }

  #come(): void {
    this.#users += 1;
    this.#wasUsed = true;
    this.#neededAt = this.#deps.time.elapsedMs();
    this.#stopWaiting();
    if (this.#users === 1) this.#probeLater();
  }

  #go(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#stopProbing();
  }

  #probeLater(): void {
    this.#stopProbing();
    this.#stopProbing = this.#deps.time.after(PROBE_EVERY_MS, () => void this.#probe());
  }

  async #probe(): Promise<void> {
    const { time, logger } = this.#deps;
    const late = new AbortController();
    const stop = time.after(PROBE_EVERY_MS, () => late.abort());
    try {
      await this.client.readHealth(late.signal);
      this.noteAlive();
    } catch {
      this.#failedProbes += 1;
    } finally {
      stop();
    }
    if (this.#isDead || this.#users === 0) return;
    const silentMs = time.elapsedMs() - this.#lastAliveAt;
    if (decideHealth({ silentMs, failedProbes: this.#failedProbes, isBusy: this.#busy > 0 }) === "keep") return this.#probeLater();
    logger.warn({ silentMs: Math.round(silentMs) }, "opencode stopped responding and is ended");
    await this.#server.close(`opencode said nothing for ${Math.round(silentMs / 1_000)} s and was ended.`);
  }
}
