import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A direction of traffic. `up`: from the client to the server. `down`: from the server to the client. */
export type Direction = "up" | "down";

export interface TcpProxyOptions {
  /** Runs `work` after a delay. Required by {@link TcpProxy.delay}. */
  after?: (delayMs: number, work: () => void) => void;
}

interface Pair {
  client: Socket;
  server: Socket;
}

/** The state of one direction. */
interface DirectionState {
  isPaused: boolean;
  /** Whether bytes are read and discarded. */
  isDiscarding: boolean;
  /** How many more bytes pass before the cut; null for no limit. */
  bytesLeft: number | null;
  isSliced: boolean;
  delayMs: number;
  passedBytes: number;
}

const newState = (): DirectionState => ({
  isPaused: false,
  isDiscarding: false,
  bytesLeft: null,
  isSliced: false,
  delayMs: 0,
  passedBytes: 0,
});

/**
 * A proxy between a client and a server on loopback that stalls, breaks and cuts connections on command. Faults apply to all its
 * connections.
 */
export class TcpProxy implements AsyncDisposable {
  readonly #options: TcpProxyOptions;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #states: Record<Direction, DirectionState> = { up: newState(), down: newState() };
  readonly #waiting = new Set<() => void>();
  #target = 0;
  #isRefusing = false;
  #accepted = 0;

  private constructor(options: TcpProxyOptions) {
    this.#options = options;
    // A half that ends must not end the other half: the two peers decide what a half-close means.
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  /** Starts listening. Call {@link passTo} before any client connects. */
  static async start(options: TcpProxyOptions = {}): Promise<TcpProxy> {
    const proxy = new TcpProxy(options);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once("error", reject);
      proxy.#server.listen(0, "127.0.0.1", resolve);
    });
    return proxy;
  }

  /** Sets the target port on loopback. It may change: new connections go to the new one. */
  passTo(port: number): void {
    this.#target = port;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The number of connections open on both sides. */
  get openCount(): number {
    return [...this.#pairs].filter(({ client, server }) => !client.destroyed && !server.destroyed).length;
  }

  /** The total number of connections so far. */
  get acceptedCount(): number {
    return this.#accepted;
  }

  /** Stops reading in one direction: the sender's buffers fill up, and neither side is notified. */
  pause(direction: Direction): void {
    this.#states[direction].isPaused = true;
    for (const pair of this.#pairs) source(pair, direction).pause();
  }

  /** Resumes a paused direction; new connections are unaffected by the fault. */
  resume(direction: Direction): void {
    Object.assign(this.#states[direction], { ...newState(), passedBytes: this.#states[direction].passedBytes });
    for (const pair of this.#pairs) source(pair, direction).resume();
  }

  /** Discards all traffic in both directions, like a pulled cable that neither end has noticed. */
  blackhole(): void {
    for (const state of Object.values(this.#states)) state.isDiscarding = true;
  }

  /** Ends {@link blackhole} for new connections. Existing ones have lost bytes and are reset. */
  heal(): void {
    this.reset();
    for (const direction of ["up", "down"] as const) this.resume(direction);
    this.#isRefusing = false;
  }

  /** Resets every connection. */
  reset(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Resets new connections immediately. */
  refuse(): void {
    this.#isRefusing = true;
  }

  /** Sends every byte in its own packet. */
  slice(direction: Direction): void {
    this.#states[direction].isSliced = true;
  }

  /** Resets every connection after `bytes` more bytes in that direction. */
  truncate(direction: Direction, bytes: number): void {
    this.#states[direction].bytesLeft = bytes;
  }

  /** Forwards bytes after `delayMs`, using the given scheduler. */
  delay(direction: Direction, delayMs: number): void {
    if (!this.#options.after) throw new Error("A proxy that delays needs `after`");
    this.#states[direction].delayMs = delayMs;
  }

  /** Resolves when the condition holds. Checked when a connection opens or closes and when bytes pass. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** The number of bytes forwarded so far. */
  passedBytes(direction: Direction): number {
    return this.#states[direction].passedBytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    this.#accepted += 1;
    if (this.#isRefusing) return void client.resetAndDestroy();
    const server = connect({ port: this.#target, host: "127.0.0.1", allowHalfOpen: true });
    const pair = { client, server };
    this.#pairs.add(pair);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.once("close", () => {
        // A blackhole does not notify the other side.
        if (!this.#states.up.isDiscarding) for (const side of [client, server]) side.destroy();
        if (client.destroyed && server.destroyed) this.#pairs.delete(pair);
        this.#look();
      });
    }
    this.#carry(pair, "up");
    this.#carry(pair, "down");
    this.#look();
  }

  #carry(pair: Pair, direction: Direction): void {
    const from = source(pair, direction);
    const to = direction === "up" ? pair.server : pair.client;
    const state = this.#states[direction];
    from.on("data", (chunk: Buffer) => {
      if (state.delayMs > 0) this.#options.after!(state.delayMs, () => this.#pass(chunk, to, state));
      else if (!this.#pass(chunk, to, state)) {
        from.pause();
        to.once("drain", () => state.isPaused || from.resume());
      }
    });
    from.on("end", () => (state.isDiscarding ? from.destroy() : to.end()));
    if (state.isPaused) from.pause();
  }

  /** Forwards a chunk. Returns false if the receiver's buffer is full. */
  #pass(chunk: Buffer, to: Socket, state: DirectionState): boolean {
    if (state.isDiscarding || to.destroyed) return true;
    const whole = state.bytesLeft === null ? chunk : chunk.subarray(0, state.bytesLeft);
    if (state.bytesLeft !== null) state.bytesLeft -= whole.length;
    state.passedBytes += whole.length;
    let hasRoom = true;
    if (state.isSliced) for (let at = 0; at < whole.length; at += 1) hasRoom = to.write(whole.subarray(at, at + 1));
    else hasRoom = to.write(whole);
    if (state.bytesLeft === 0) this.reset();
    this.#look();
    return hasRoom;
  }

  #look(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

function source({ client, server }: Pair, direction: Direction): Socket {
  return direction === "up" ? client : server;
}
