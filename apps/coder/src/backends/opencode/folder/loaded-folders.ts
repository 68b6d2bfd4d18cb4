import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import { ThrowAwayTurn } from "../turn/throw-away-turn.ts";
import type { OpencodeModel, ServerClient } from "../wire/opencode-client.ts";
import { stampSettings, type SettingsPlaces } from "./stamp-settings.ts";

/** A chat that uses a folder. */
export interface FolderChat extends SettingsPlaces {
  /** Called when opencode has forgotten what it had read of the folder, and reads it anew. */
  onRenewed: () => void;
}

interface Folder {
  chats: Set<FolderChat>;
  /** How many turns run. */
  turns: number;
  /** What its settings looked like before it was loaded. */
  stamp: Promise<string>;
  /** Renewals, one after the other. */
  renewing: Promise<unknown>;
}

/** What one server has in memory of the folders of its chats, each of which it reads once, when it is first asked about. */
export class LoadedFolders {
  readonly #deps: { client: ServerClient; logger: BackendLogger };
  readonly #folders = new Map<string, Folder>();
  /** Folders in which a turn has run, with the warm-up turn that still runs, if any. */
  readonly #loaded = new Map<string, ThrowAwayTurn | null>();

  constructor(deps: { client: ServerClient; logger: BackendLogger }) {
    this.#deps = deps;
  }

  /** Registers a chat, before the server is asked about the folder. Resolves when it may be. */
  async enter(chat: FolderChat): Promise<void> {
    const folder = this.#folders.get(chat.worktree) ?? {
      chats: new Set(),
      turns: 0,
      stamp: stampSettings(chat),
      renewing: Promise.resolve(),
    };
    this.#folders.set(chat.worktree, folder);
    folder.chats.add(chat);
    await folder.stamp;
  }

  /** Unregisters a chat. Returns true if it was the folder's last. */
  leave(chat: FolderChat): boolean {
    const folder = this.#folders.get(chat.worktree);
    if (!folder?.chats.delete(chat) || folder.chats.size > 0) return false;
    this.#folders.delete(chat.worktree);
    return true;
  }

  /** Registers a turn; the returned function unregisters it, once. */
  beginTurn(directory: string): () => void {
    const folder = this.#folders.get(directory);
    if (folder) folder.turns += 1;
    return () => {
      if (folder) folder.turns -= 1;
    };
  }

  /** Records that a turn has run, so everything in the folder is loaded. */
  noteLoaded(directory: string): void {
    if (!this.#loaded.has(directory)) this.#loaded.set(directory, null);
  }

  /** Loads a folder with a throw-away turn, unless it is already loaded. Resolves when that turn is over. Never rejects. */
  async warmUp(directory: string, model: OpencodeModel): Promise<void> {
    if (!this.#folders.has(directory)) return;
    const { client, logger } = this.#deps;
    if (!this.#loaded.has(directory)) this.#loaded.set(directory, new ThrowAwayTurn(client, directory, model, logger));
    await this.#loaded.get(directory)?.over;
  }

  /** Has a folder forgotten, which opencode never does by itself. Sessions are kept. */
  async dispose(directory: string): Promise<void> {
    await this.#stopWarmUp(directory);
    const { client, logger } = this.#deps;
    await client
      .disposeInstance(directory)
      .catch((error: unknown) => logger.debug({ err: error }, "An opencode instance could not be disposed of"));
  }

  /**
   * Has a folder read anew if its settings have changed since it was loaded, `mayRead` agrees and nothing runs there besides the turn of the
   * caller's, if it has one. Returns true if it was. Never rejects.
   */
  renew(chat: FolderChat, { isInTurn, mayRead }: { isInTurn: boolean; mayRead: () => Promise<boolean> }): Promise<boolean> {
    const folder = this.#folders.get(chat.worktree);
    if (!folder) return Promise.resolve(false);
    const renewed = folder.renewing
      .then(() => this.#renew(folder, chat, isInTurn, mayRead))
      .catch((error: unknown) => {
        this.#deps.logger.debug({ err: error }, "opencode could not be asked to read a folder anew");
        return false;
      });
    folder.renewing = renewed;
    return renewed;
  }

  async #renew(folder: Folder, chat: FolderChat, isInTurn: boolean, mayRead: () => Promise<boolean>): Promise<boolean> {
    const isBusy = () => folder.turns > (isInTurn ? 1 : 0);
    if (isBusy()) return false;
    const stamp = await stampSettings(chat);
    if (stamp === (await folder.stamp) || !(await mayRead())) return false;
    await this.#stopWarmUp(chat.worktree);
    // What opencode does by itself would be cut off.
    const statuses = Object.values(await this.#deps.client.readStatuses(chat.worktree));
    if (isBusy() || statuses.some(({ type }) => type !== "idle") || this.#folders.get(chat.worktree) !== folder) return false;
    folder.stamp = Promise.resolve(stamp);
    await this.dispose(chat.worktree);
    for (const { onRenewed } of folder.chats) onRenewed();
    return true;
  }

  /** Stops the warm-up first: its later requests would load the folder again. */
  async #stopWarmUp(directory: string): Promise<void> {
    const loaded = this.#loaded.get(directory);
    this.#loaded.delete(directory);
    await loaded?.stop();
  }
}
