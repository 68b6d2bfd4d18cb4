import type { TRPCError } from "@trpc/server";
import type { Logger } from "../../platform/logger.ts";
import { toFault } from "../trpc.ts";

/** Logs a bug: an error that reached the boundary without being a fault. A fault is a normal answer and is not logged. */
export function logUnexpected(logger: Logger, error: TRPCError, call: { path: string | undefined; type: string }): void {
  if (toFault(error) !== null || error.code !== "INTERNAL_SERVER_ERROR") return;
  // Without a path, the error is the socket's own: a frame that is too large, or a connection reset.
  if (call.path === undefined) return logger.debug({ err: error.cause ?? error }, "a socket broke");
  logger.error({ err: error.cause ?? error, path: call.path, type: call.type }, "a call failed unexpectedly");
}
