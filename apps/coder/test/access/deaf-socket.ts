import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { DaemonAddress } from "../start-test-daemon.ts";

const TEXT = 0x1;
const CLOSE = 0x8;

/** A WebSocket that never answers a close frame: what a client does that wants to stay. It is destroyed with the test. */
export class DeafSocket {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #onFrame = () => {};
  /** Each text that came, parsed. */
  readonly messages: unknown[] = [];
  /** The code of the close frame it was sent, and did not answer. */
  closeCode: number | null = null;
  /** Resolves when the connection below is gone. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", () => {});
    onTestFinished(() => void socket.destroy());
  }

  /** Connects, and says the token. */
  static async open({ address, token }: DaemonAddress): Promise<DeafSocket> {
    const { hostname, port, host } = new URL(address);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const key = randomBytes(16).toString("base64");
    const head = [`GET /trpc?connectionParams=1 HTTP/1.1`, `Host: ${host}`, "Connection: Upgrade", "Upgrade: websocket"];
    socket.write(`${[...head, `Sec-WebSocket-Key: ${key}`, "Sec-WebSocket-Version: 13"].join("\r\n")}\r\n\r\n`);
    let answer = "";
    while (!answer.endsWith("\r\n\r\n")) answer += String(((await once(socket, "data")) as [Buffer])[0]);
    if (!answer.startsWith("HTTP/1.1 101")) throw new Error(answer);
    const deaf = new DeafSocket(socket);
    deaf.send({ method: "connectionParams", data: { token } });
    return deaf;
  }

  /** Sends a message, whatever was received. */
  send(message: object): void {
    const body = Buffer.from(JSON.stringify(message));
    if (body.length > 65_535) throw new Error("too large for this client");
    const mask = randomBytes(4);
    const length = body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 0xff];
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | TEXT, ...length]), mask, body.map((byte, at) => byte ^ mask[at % 4]!)]));
  }

  /** Takes nothing more from the connection: what is sent fills the system's buffers, then the daemon's. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** The answer with this id, when it has come. */
  async answer(id: number): Promise<unknown> {
    return await this.#until(() => this.messages.find((message) => (message as { id?: unknown }).id === id));
  }

  async askedToClose(): Promise<number> {
    return await this.#until(() => this.closeCode ?? undefined);
  }

  async #until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.#onFrame = resolve));
    }
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const [first, second] = this.#received;
      if (first === undefined || second === undefined) break;
      const extra = second === 127 ? 8 : second === 126 ? 2 : 0;
      if (this.#received.length < 2 + extra) break;
      const size = second === 127 ? Number(this.#received.readBigUInt64BE(2)) : second === 126 ? this.#received.readUInt16BE(2) : second;
      if (this.#received.length < 2 + extra + size) break;
      const body = this.#received.subarray(2 + extra, 2 + extra + size);
      this.#received = this.#received.subarray(2 + extra + size);
      if ((first & 0xf) === CLOSE) this.closeCode = body.readUInt16BE(0);
      if ((first & 0xf) === TEXT && body.toString() !== "PING") this.messages.push(JSON.parse(body.toString()));
      this.#onFrame();
    }
  }
}
