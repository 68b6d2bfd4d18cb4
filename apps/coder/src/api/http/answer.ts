import type { ServerResponse } from "node:http";

/** Answers with an error raised before any procedure runs, in the same shape as later ones. The numbers are tRPC's. */
export function answerError(response: ServerResponse, status: number, code: string, number: number, fault: object | null = null): void {
  const message = fault && "kind" in fault ? String(fault.kind) : code;
  answerJson(response, status, { error: { message, code: number, data: { code, httpStatus: status, fault } } });
}

/** Answers with a value as JSON. */
export function answerJson(response: ServerResponse, status: number, value: object): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": body.byteLength }).end(body);
}
