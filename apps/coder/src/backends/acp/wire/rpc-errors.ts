/** The agent answered a request with an error. */
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

/** The agent is gone, or did not answer in time. */
export class RpcLostError extends Error {
  override readonly name = "RpcLostError";
}

/** How a request ended. */
export type RpcOutcome = { kind: "result"; result: unknown } | { kind: "error"; error: RpcError | RpcLostError };
