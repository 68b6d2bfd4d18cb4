import { cutText } from "@boocode/shared/text/cut-text";
/** One event of a stream, as the server sent it. */
export interface ServerEvent {
  /** The event name; empty if there is none. */
  name: string;
  data: string;
  /** `data` parsed as JSON; undefined if it is not JSON. */
  json: unknown;
}

/** Thrown if the body is not an event stream or has an endless line. `message` says which, without the server's address. */
export class NoEventStream extends Error {
  override readonly name = "NoEventStream";
}

/** The limit of a line, or of all lines of one event, in UTF-16 units. */
const MAX_EVENT_CHARS = 8 * 1024 * 1024;
const EXCERPT_CHARS = 200;
const FIELDS: ReadonlySet<string> = new Set(["data", "event", "id", "retry"]);

/**
 * Reads server-sent events from bytes in chunks of any size.
 *
 * It is more lenient than the standard, as servers require: an event with one data line of complete JSON needs no empty line after it, the
 * last event needs no line break, and a body of JSON, as one value or one value per line, is also accepted.
 */
export class EventReader {
  readonly #decoder = new TextDecoder("utf-8");
  /** Pieces of an unfinished line, joined at its end. */
  #line: string[] = [];
  #lineChars = 0;
  /** True if the last piece ended with CR; an LF that follows belongs to it. */
  #isAfterCr = false;
  #name = "";
  #data: string[] = [];
  #dataChars = 0;
  /** Lines of a body that is not an event stream; null while it looks like one. */
  #body: string[] | null = null;
  #hasFields = false;

  /** Throws {@link NoEventStream}. */
  push(bytes: Uint8Array): ServerEvent[] {
    return this.#read(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Returns the events that the end of the stream completes. Throws {@link NoEventStream}. */
  end(): ServerEvent[] {
    const events = this.#read(`${this.#decoder.decode()}\n`);
    if (this.#body) return readBody(this.#body.join("\n"));
    return [...events, ...this.#dispatch()];
  }

  #read(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const fresh = this.#isAfterCr && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") this.#isAfterCr = text.endsWith("\r");
    const lines = fresh.split(/\r\n|\n|\r/);
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      this.#line.push(line);
      const whole = this.#line.length === 1 ? line : this.#line.join("");
      this.#line = [];
      this.#lineChars = 0;
      this.#take(whole, events);
    }
    if (rest !== "") {
      this.#line.push(rest);
      this.#lineChars += rest.length;
      if (this.#lineChars > MAX_EVENT_CHARS) throw new NoEventStream("sent a line without an end");
    }
    return events;
  }

  #take(line: string, events: ServerEvent[]): void {
    if (this.#body) return this.#keepBody(line);
    if (line === "") return void events.push(...this.#dispatch());
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    // Skip comments, which many servers send to keep the connection alive.
    if (field === "") return;
    if (!FIELDS.has(field)) {
      // Unknown fields are skipped, but an event stream does not begin with one.
      if (!this.#hasFields) this.#beginBody(line);
      return;
    }
    this.#hasFields = true;
    const value = line.slice(line.startsWith(" ", colon + 1) ? colon + 2 : colon + 1);
    if (field === "event") this.#name = colon === -1 ? "" : value.trim();
    if (field === "data") this.#takeData(colon === -1 ? "" : value, events);
  }

  #takeData(value: string, events: ServerEvent[]): void {
    if (this.#data.length === 0) {
      const json = value.endsWith("}") ? parseJson(value) : undefined;
      if (json !== undefined || value.trim() === "[DONE]") {
        events.push({ name: this.#name, data: value, json });
        this.#name = "";
        return;
      }
    }
    this.#data.push(value);
    this.#dataChars += value.length + 1;
    if (this.#dataChars > MAX_EVENT_CHARS) throw new NoEventStream("sent an event without an end");
  }

  #dispatch(): ServerEvent[] {
    const [data, name] = [this.#data.join("\n"), this.#name];
    const hasData = this.#data.length > 0;
    this.#data = [];
    this.#dataChars = 0;
    this.#name = "";
    return hasData ? [{ name, data, json: parseJson(data) }] : [];
  }

  #beginBody(line: string): void {
    if (!/^\s*[{[]/.test(line)) {
      throw new NoEventStream(`did not answer with a stream of events, but with: ${cutText(line, EXCERPT_CHARS).replace(/\s+/g, " ")}`);
    }
    this.#body = [];
    this.#keepBody(line);
  }

  #keepBody(line: string): void {
    this.#body?.push(line);
    this.#dataChars += line.length + 1;
    if (this.#dataChars > MAX_EVENT_CHARS) throw new NoEventStream("answered with a body without an end");
  }
}

/** Parses a body as one JSON value, or else as one value per line. */
function readBody(body: string): ServerEvent[] {
  const json = parseJson(body);
  if (json !== undefined) return [{ name: "", data: body, json }];
  return body.split("\n").flatMap((data) => (data.trim() === "" ? [] : [{ name: "", data, json: parseJson(data) }]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
