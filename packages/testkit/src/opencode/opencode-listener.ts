import type { OpencodeEvent } from "./opencode-streams.ts";

interface ListenerOptions {
  directory: string;
  password: string;
}

/** A plain client of an opencode server, scripted or real. It records the event stream and makes calls. */
export class OpencodeListener {
  readonly events: OpencodeEvent[] = [];
  /** One line per event: its type and its distinguishing fields. */
  readonly summary: string[] = [];
  /** Resolves when the stream ends, for whatever reason. */
  readonly ended: Promise<void>;
  readonly #url: string;
  readonly #query: string;
  readonly #headers: Record<string, string>;
  readonly #abort = new AbortController();
  readonly #waiting = new Set<() => void>();
  #isOver = false;

  private constructor(url: string, { directory, password }: ListenerOptions, stream: Response) {
    this.#url = url;
    this.#query = `?directory=${encodeURIComponent(directory)}`;
    this.#headers = toHeaders(password);
    this.ended = this.#read(stream).then(
      () => this.#end(),
      () => this.#end(),
    );
  }

  /** Connects, and resolves when the stream has sent its first event. */
  static async connect(url: string, options: ListenerOptions): Promise<OpencodeListener> {
    const query = `?directory=${encodeURIComponent(options.directory)}`;
    const stream = await fetch(`${url}/event${query}`, { headers: toHeaders(options.password) });
    if (!stream.ok) throw new Error(`The event stream answered ${stream.status}`);
    const listener = new OpencodeListener(url, options, stream);
    await listener.until("server.connected");
    return listener;
  }

  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.#url + path + this.#query, {
      method,
      headers: { ...this.#headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** Resolves when the line has arrived `times` times; rejects if the stream ends first. */
  async until(line: string, times = 1): Promise<void> {
    while (this.summary.filter((one) => one === line).length < times) {
      if (this.#isOver) throw new Error(`The stream ended before "${line}": ${this.summary.slice(-10).join(", ")}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  async #read(stream: Response): Promise<void> {
    const decoder = new TextDecoder();
    let buffer = "";
    const reader = stream.body!.getReader();
    this.#abort.signal.addEventListener("abort", () => void reader.cancel().catch(() => {}));
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      buffer += decoder.decode(read.value as Uint8Array, { stream: true });
      const frames = buffer.split("\n\n");
      buffer = frames.pop() ?? "";
      for (const frame of frames) this.#take(frame);
      this.#wake();
    }
  }

  #take(frame: string): void {
    try {
      const event = JSON.parse(frame.replace(/^data: /, "")) as OpencodeEvent;
      this.events.push(event);
      this.summary.push(summarize(event));
    } catch {
      this.summary.push("unreadable");
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

function toHeaders(password: string): Record<string, string> {
  return password === "" ? {} : { authorization: `Basic ${Buffer.from(`opencode:${password}`).toString("base64")}` };
}

function summarize({ type, properties }: OpencodeEvent): string {
  const { part, info, status, delta } = properties as {
    part?: { type: string; state?: { status: string } };
    info?: { role?: string; finish?: string; time?: { completed?: number }; error?: { name: string } };
    status?: { type: string };
    delta?: string;
  };
  const isMessage = type === "message.updated" && info?.role === "assistant";
  const words = [
    type,
    part?.type,
    part?.state?.status,
    type === "message.updated" ? info?.role : undefined,
    isMessage ? info.finish : undefined,
    isMessage && info.time?.completed !== undefined ? "completed" : undefined,
    isMessage ? info.error?.name : undefined,
    type === "session.status" ? status?.type : undefined,
    type === "message.part.delta" ? delta : undefined,
  ];
  return words.filter((word) => word !== undefined).join(" ");
}
