import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Config } from "./config.ts";
import { SYSTEM_TABLE } from "./platform/processes/table/system-table.ts";

/** Program paths of a daemon: the bundle, the sources, or the package's program. */
const OWN_PROGRAM = /coder\/(?:bundle\/main\.js|src\/main\.ts)$|\/boocode(?:\.cjs)?$/;

/** Thrown when the daemon cannot start. Its message is for the person. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly reason: "already_running" | "port_taken" | "storage";

  constructor(reason: StartError["reason"], message: string, cause: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Converts an error at startup into one for the person, if it is a known one. */
export async function toStartError(error: unknown, { port }: Config): Promise<unknown> {
  if (error instanceof DomainError && error.fault.kind === "storage_failed") return new StartError("storage", error.fault.reason, error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" && port < 1_024)
    return new StartError("port_taken", `Port ${port} needs privileges. Choose another with --port.`, error);
  if (code !== "EADDRINUSE") return error;
  const holder = await SYSTEM_TABLE.findListener(port);
  const isOurs = holder?.argv.some((part) => OWN_PROGRAM.test(part)) ?? false;
  const who = isOurs && holder ? `another BooCode, process ${holder.pid}` : "another program";
  return new StartError("port_taken", `Port ${port} is taken by ${who}. Choose another with --port.`, error);
}
