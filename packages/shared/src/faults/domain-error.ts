import type { Fault } from "./fault.ts";

/** The only error the domain throws. Everything else that escapes is a bug. */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly fault: Fault;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(fault.kind, options);
    this.fault = fault;
  }
}

/** The result of a pure decision that refuses. */
export interface Refusal {
  kind: "refuse";
  fault: Fault;
}

export const refuse = (fault: Fault): Refusal => ({ kind: "refuse", fault });
