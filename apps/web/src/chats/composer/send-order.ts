import type { ChatId } from "@boocode/shared/ids";

/** Lets a chat's prompts reach the daemon in the order in which they were sent, whatever each waits for first. */
export class SendOrder {
  readonly #last = new Map<ChatId, Promise<unknown>>();

  /** Runs `send` once all earlier ones of the chat have succeeded or failed, and resolves with its result. */
  async next<Result>(chatId: ChatId, send: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(chatId) ?? Promise.resolve();
    const sent = before.then(send);
    const settled = sent.then(
      () => {},
      () => {},
    );
    this.#last.set(chatId, settled);
    try {
      return await sent;
    } finally {
      if (this.#last.get(chatId) === settled) this.#last.delete(chatId);
    }
  }
}
