import { createInterface } from "node:readline";

export interface AcpMessage {
  id?: number | string;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: { code: number; message: string };
}

/** The agent's side of JSON-RPC over stdio, one message per line. */
export class AcpWire {
  readonly #answers = new Map<number | string, (message: AcpMessage) => void>();
  #lastId = 0;

  /** `take` is called for each request and notification of the client. */
  listen(take: (message: AcpMessage) => void): void {
    createInterface(process.stdin).on("line", (line) => {
      const message = JSON.parse(line) as AcpMessage;
      if (message.method !== undefined) return take(message);
      this.#answers.get(message.id!)?.(message);
      this.#answers.delete(message.id!);
    });
  }

  /** Resolves when the line is written. */
  write(line: string): Promise<void> {
    return new Promise((resolve) => process.stdout.write(line, () => resolve()));
  }

  send(message: AcpMessage): Promise<void> {
    return this.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  async request(method: string, params: Record<string, unknown>): Promise<AcpMessage> {
    this.#lastId += 1;
    const id = `agent-${this.#lastId}`;
    const answered = new Promise<AcpMessage>((resolve) => this.#answers.set(id, resolve));
    await this.send({ id, method, params });
    return await answered;
  }
}
