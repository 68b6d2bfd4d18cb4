import type { Server } from "./api/http/server.ts";
import type { Logger } from "./platform/logger.ts";

export interface Daemon {
  /** The address with the actual port, such as `http://127.0.0.1:9502`. */
  readonly address: string;
  /** The daemon's token, as it was at startup. */
  readonly token: string;
  readonly logger: Logger;
  /** Shuts everything down in order, within five seconds. Idempotent. */
  close(): Promise<void>;
}

/** Returns the running daemon: what its starter needs to know, and how to stop it. */
export function toDaemon(server: Server, token: string, logger: Logger, parts: AsyncDisposableStack): Daemon {
  let closing: Promise<void> | null = null;
  return {
    address: server.address,
    token,
    logger,
    close: () => {
      closing ??= (async () => {
        logger.info("The daemon stops");
        await parts.disposeAsync();
      })();
      return closing;
    },
  };
}
