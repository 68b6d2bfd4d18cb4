import {
  client,
  methods,
  RequestError,
  type AgentRequestMethod,
  type AgentRequestParamsByMethod,
  type ClientConnection,
} from "@agentclientprotocol/sdk";
import type { Time } from "../../../platform/time.ts";
import { decodeUpdate, PermissionAsk, type DecodedUpdate, type PermissionOutcome } from "./acp-wire.ts";
import { MessageStream, UPDATE_METHOD } from "./message-stream.ts";
import { RpcError, RpcLostError, type RpcOutcome } from "./rpc-errors.ts";

export interface AcpConnectionOptions {
  write(line: string): void;
  time: Pick<Time, "after">;
  onAsk(ask: PermissionAsk): Promise<PermissionOutcome>;
  /** What it returns, if anything, resolves when there is room for more. */
  onUpdate(update: Exclude<DecodedUpdate, { kind: "unreadable" }>): void | Promise<void>;
  /** A line was no message; `head` is its beginning. */
  onBadLine(reason: string, head: string): void;
  /** It ended by itself, which no line should be able to bring about. */
  onBroken(): void;
}

/** Methods that the protocol had before, and some agents still have. */
type OlderMethod = "session/set_model";
type Method = AgentRequestMethod | OlderMethod;
type Params<M extends Method> = M extends AgentRequestMethod ? AgentRequestParamsByMethod[M] : object;

/** The client's side of ACP 1 over an agent's lines. What the agent answers is not read here: it passes a schema where it is used. */
export class AcpConnection {
  readonly #options: AcpConnectionOptions;
  readonly #stream: MessageStream;
  readonly #connection: ClientConnection;
  #isClosed = false;

  constructor(options: AcpConnectionOptions) {
    this.#options = options;
    this.#stream = new MessageStream({ write: options.write, onBadLine: options.onBadLine });
    this.#connection = client({ name: "boocode" })
      .onRequest(
        methods.client.session.requestPermission,
        (params) => this.#readAsk(params),
        ({ params }) => options.onAsk(params),
      )
      .onNotification(
        UPDATE_METHOD,
        (params) => this.#readUpdate(params),
        ({ params }) => this.#onUpdate(params),
      )
      .connect(this.#stream);
    void this.#connection.closed.then(() => {
      if (!this.#isClosed) options.onBroken();
    });
  }

  /** Takes a line as it came. What it returns, if anything, resolves when there is room for more. */
  take(line: Buffer): void | Promise<void> {
    return this.#stream.take(line);
  }

  /** A line was let go because it is too long: whatever it answered stays open. */
  tooLarge(bytes: number): void {
    this.#stream.tooLarge(bytes);
  }

  /** `settle` is called once, in order with what was said before and after. */
  start<M extends Method>(method: M, params: Params<M>, settle: (outcome: RpcOutcome) => void): void {
    this.#connection.agent.request<unknown, Params<M>>(method as string, params).then(
      (result) => settle({ kind: "result", result }),
      (error: unknown) => settle({ kind: "error", error: toError(error) }),
    );
  }

  /** Rejects with {@link RpcError}, or with {@link RpcLostError} after `limitMs` too. */
  async request<M extends Method>(method: M, params: Params<M>, limitMs: number): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<RpcOutcome>();
    this.start(method, params, resolve);
    const message = `The agent did not answer ${method} within ${Math.round(limitMs / 1_000)} s.`;
    const stop = this.#options.time.after(limitMs, () => resolve({ kind: "error", error: new RpcLostError(message) }));
    const outcome = await promise;
    stop();
    if (outcome.kind === "error") throw outcome.error;
    return outcome.result;
  }

  /** Asks the agent to end the session's turn. Gone already is fine. */
  cancel(sessionId: string): void {
    this.#connection.agent.notify(methods.agent.session.cancel, { sessionId }).catch(() => {});
  }

  /** Ends every request that waits. Nothing is taken or said after. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close(new RpcLostError("The agent's process ended."));
    this.#stream.close();
  }

  /** Throws for one that cannot be read: the SDK then answers that its parameters are wrong. */
  #readAsk(params: unknown): PermissionAsk {
    const ask = PermissionAsk.safeParse(params);
    if (ask.success) return ask.data;
    this.#stream.bad(`a ${methods.client.session.requestPermission} that cannot be read`, JSON.stringify(params) ?? "");
    throw RequestError.invalidParams();
  }

  #readUpdate(params: unknown): DecodedUpdate {
    const decoded = decodeUpdate(params);
    if (decoded.kind === "unreadable") {
      this.#stream.bad(`a ${methods.client.session.update} that cannot be read`, JSON.stringify(params) ?? "");
    }
    return decoded;
  }

  #onUpdate(decoded: DecodedUpdate): void {
    if (decoded.kind === "unreadable") return;
    const room = this.#options.onUpdate(decoded);
    if (room) this.#stream.hold(room);
  }
}

function toError(error: unknown): RpcError | RpcLostError {
  if (error instanceof RequestError) return new RpcError(error.code, error.message, error.data);
  return error instanceof RpcLostError ? error : new RpcLostError((error as Error).message);
}
