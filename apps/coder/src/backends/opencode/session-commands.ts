import { type CommandCall, type SlashCommand, toCommandCall } from "@boocode/shared/agents/commands/slash-command";
import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import { pause, type Time } from "../../platform/time.ts";
import type { ServerClient } from "./wire/opencode-client.ts";

export interface SessionCommandsDeps {
  client: Pick<ServerClient, "listCommands">;
  time: Pick<Time, "after">;
  logger: BackendLogger;
  directory: string;
}

/** How long a prompt that may be a command waits for opencode's list of them. */
const WAIT_MS = 10_000;

/** The commands that opencode has in one folder. */
export class SessionCommands {
  readonly #deps: SessionCommandsDeps;
  #listing: Promise<readonly SlashCommand[] | null> | null = null;
  #tell: (commands: readonly SlashCommand[]) => void = () => {};

  constructor(deps: SessionCommandsDeps) {
    this.#deps = deps;
  }

  /** Calls `tell` with the commands, once they are known, and each time they are listed anew. */
  onKnown(tell: (commands: readonly SlashCommand[]) => void): void {
    this.#tell = tell;
    void this.#tellListed();
  }

  /** Call it when opencode reads the folder anew. Resolves when the commands are listed and told. */
  async renew(): Promise<void> {
    this.#listing = null;
    await this.#tellListed();
  }

  /** Returns the command that a prompt calls, with the words behind it; null for any other prompt, and where they cannot be listed. */
  async findCall(text: string): Promise<CommandCall | null> {
    const call = toCommandCall(text);
    if (call === null) return null;
    const known = await Promise.race([this.#list(), pause(this.#deps.time, WAIT_MS)]);
    return known?.some(({ name }) => name === call.name) === true ? call : null;
  }

  async #tellListed(): Promise<void> {
    const listing = this.#list();
    const commands = await listing;
    // A list that was asked for before a renewal must not come after the new one.
    if (commands && this.#listing === listing) this.#tell(commands);
  }

  #list(): Promise<readonly SlashCommand[] | null> {
    const { client, directory, logger } = this.#deps;
    if (this.#listing) return this.#listing;
    const listing = client.listCommands(directory).catch((error: unknown) => {
      logger.debug({ err: error }, "opencode's commands could not be listed");
      if (this.#listing === listing) this.#listing = null;
      return null;
    });
    this.#listing = listing;
    return listing;
  }
}
