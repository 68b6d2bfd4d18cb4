import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import type { ServerClient, OpencodeModel } from "../wire/opencode-client.ts";

/** A title stops opencode from asking a model for one, and identifies a session left behind by a crash. */
const TITLE = "BooCode: loading a folder";
/** The shortest prompt that the demo model understands; it uses no tools. */
const TEXT = "count to 1";
const ABORT_LIMIT_MS = 3_000;

/**
 * A warm-up turn in a separate session, which makes opencode load a directory's plugins, tools and snapshots before the first prompt;
 * listing does not load them. A scripted model on loopback answers it, and the session is then deleted.
 */
export class ThrowAwayTurn {
  /** Resolves when it is over and its session is deleted. Never rejects. */
  readonly over: Promise<void>;
  readonly #client: ServerClient;
  readonly #directory: string;
  readonly #stopped = new AbortController();

  constructor(client: ServerClient, directory: string, model: OpencodeModel, logger: BackendLogger) {
    this.#client = client;
    this.#directory = directory;
    const startedAt = performance.now();
    this.over = this.#run(model).then(
      () => logger.debug({ ms: Math.round(performance.now() - startedAt) }, "opencode has loaded a folder"),
      (error: unknown) => logger.debug({ err: error }, "opencode did not load a folder before its first turn"),
    );
  }

  /** Ends it early; resolves when its session is deleted. */
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
