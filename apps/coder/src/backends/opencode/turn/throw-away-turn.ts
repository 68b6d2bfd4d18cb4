import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import type { OpencodeClient, OpencodeModel } from "../wire/opencode-client.ts";

/** Named, so that opencode asks no model for a title, and that one which a crash left behind says what it is. */
const TITLE = "BooCode: loading a folder";
/** The shortest of what the demo model understands: it asks for no tool. */
const TEXT = "count to 1";
const ABORT_LIMIT_MS = 3_000;

/**
 * A turn in a session of its own, so that opencode has a directory's plugins, tools and snapshots loaded before a person asks for
 * something: listing what it has does not load them. It is answered by a scripted model on loopback and taken away again.
 */
export class ThrowAwayTurn {
  /** Resolves when it is over and its session gone. Never rejects. */
  readonly over: Promise<void>;
  readonly #client: OpencodeClient;
  readonly #directory: string;
  readonly #stopped = new AbortController();

  constructor(client: OpencodeClient, directory: string, model: OpencodeModel, logger: BackendLogger) {
    this.#client = client;
    this.#directory = directory;
    const startedAt = performance.now();
    this.over = this.#run(model).then(
      () => logger.debug({ ms: Math.round(performance.now() - startedAt) }, "opencode has loaded a folder"),
      (error: unknown) => logger.debug({ err: error }, "opencode did not load a folder before its first turn"),
    );
  }

  /** Ends it early; resolves when its session is gone. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.over;
  }

  async #run(model: OpencodeModel): Promise<void> {
    const directory = this.#directory;
    const { signal } = this.#stopped;
    const { id: sessionId } = await this.#client.createSession(directory, TITLE);
    const place = { directory, sessionId };
    try {
      await this.#client.prompt(place, { text: TEXT, model, mode: null }, signal);
    } finally {
      if (signal.aborted) await this.#client.abort(place, ABORT_LIMIT_MS).catch(() => {});
      await this.#client.deleteSession(place);
    }
  }
}
