import type { Fault } from "./fault.ts";

/** What the daemon's errors say besides their message. An interface, so that the type of the API names it instead of spelling out every fault. */
export interface ErrorData {
  /** tRPC's code, such as `CONFLICT`. */
  code: string;
  httpStatus: number;
  path?: string;
  stack?: string;
  fault: Fault | null;
}
