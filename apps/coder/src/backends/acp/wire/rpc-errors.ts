/** Thrown when the agent answers a request with an error. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Thrown when the agent is gone or did not answer in time. */
export class RpcLostError extends Error {
  override readonly name = "RpcLostError";
}

/** The outcome of a request. */
export type RpcOutcome = { kind: "result"; result: unknown } | { kind: "error"; error: RpcError | RpcLostError };
