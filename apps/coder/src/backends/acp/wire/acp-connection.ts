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
  /** If it returns a promise, reading pauses until the promise resolves. */
  onUpdate(update: Exclude<DecodedUpdate, { kind: "unreadable" }>): void | Promise<void>;
  /** Called for a line that is not a message; `head` is its beginning. */
  onBadLine(reason: string, head: string): void;
  /** Called if the SDK's connection ended by itself, which no input should cause. */
  onBroken(): void;
}

/** Methods of earlier protocol versions that some agents still use. */
type OlderMethod = "session/set_model";
type Method = AgentRequestMethod | OlderMethod;
type Params<M extends Method> = M extends AgentRequestMethod ? AgentRequestParamsByMethod[M] : object;

/** The client side of ACP 1 over an agent's lines. Answers are returned unparsed; callers parse them with a schema. */
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

  /** Processes a raw line. If it returns a promise, reading pauses until the promise resolves. */
  take(line: Buffer): void | Promise<void> {
    return this.#stream.take(line);
  }

  /** Reports a line that was dropped for its length. A request that it answered stays open. */
  tooLarge(bytes: number): void {
    this.#stream.tooLarge(bytes);
  }

  /** Starts a request. `settle` is called once, in order with the messages before and after it. */
  start<M extends Method>(method: M, params: Params<M>, settle: (outcome: RpcOutcome) => void): void {
    this.#connection.agent.request<unknown, Params<M>>(method as string, params).then(
      (result) => settle({ kind: "result", result }),
      (error: unknown) => settle({ kind: "error", error: toError(error) }),
    );
  }

  /** Sends a request. Rejects with {@link RpcError}, or with {@link RpcLostError} if the connection is lost or after `limitMs`. */
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

  /** Asks the agent to cancel the session's turn. Does nothing if the agent is gone. */
  cancel(sessionId: string): void {
    this.#connection.agent.notify(methods.agent.session.cancel, { sessionId }).catch(() => {});
  }

  /** Ends every open request. Nothing is read or written afterwards. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close(new RpcLostError("The agent's process ended."));
    this.#stream.close();
  }

  /** Parses a permission request. Throws if it is invalid; the SDK then answers "invalid params". */
  #readAsk(params: unknown): PermissionAsk {
    const ask = PermissionAsk.safeParse(params);
    if (ask.success) return ask.data;
    this.#stream.bad(`an invalid ${methods.client.session.requestPermission}`, JSON.stringify(params) ?? "");
    throw RequestError.invalidParams();
  }

  #readUpdate(params: unknown): DecodedUpdate {
    const decoded = decodeUpdate(params);
    if (decoded.kind === "unreadable") {
      this.#stream.bad(`an invalid ${methods.client.session.update}`, JSON.stringify(params) ?? "");
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
