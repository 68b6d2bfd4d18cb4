import type { ApiVersion } from "./api-version.ts";

/** A gate scripted work waits at. A {@link Barrier} is one, and so is a proxy for a barrier of another process. */
export interface Gate {
  pass(): Promise<void>;
}

/** One step of a scripted opencode's turn. Steps run in order. */
export type OpencodeStep =
  /** Streams a text or reasoning part as deltas, word by word or in the given pieces, then sends the whole part. */
  | {
      do: "say";
      text: string;
      kind?: "text" | "reasoning";
      pieces?: readonly string[];
      /** The deltas arrive before the part's kind is known. */
      isKindLate?: boolean;
      /** How often the whole part is sent at the end. Default 1. */
      finals?: number;
      /** Gate between the last delta and the whole part. */
      beforeEnd?: Gate;
    }
  /** Streams `count` words `w0 w1 …` in one text part, as fast as they are read. */
  | { do: "words"; count: number }
  /** Makes a tool call: pending, running, the steps of `during`, completed; or failed if `error` is set. */
  | {
      do: "tool";
      tool: string;
      input?: Record<string, unknown>;
      output?: string;
      error?: string;
      title?: string;
      metadata?: Record<string, unknown>;
      during?: readonly OpencodeStep[];
    }
  /** Writes a file in the session's directory and reports it with `file.edited`. */
  | { do: "write"; path: string; text: string }
  | { do: "todos"; todos: readonly { content: string; status: string; priority: string }[] }
  /** Calls the `task` tool: a child session runs the steps. */
  | { do: "delegate"; title: string; steps: readonly OpencodeStep[] }
  /** Requests permission and runs the steps of the reply. If there are none for a reject, the turn ends as on the real server. */
  | {
      do: "ask";
      permission: string;
      patterns?: readonly string[];
      metadata?: Record<string, unknown>;
      /** Uses the newer API: per session, under other names. */
      isNext?: boolean;
      once?: readonly OpencodeStep[];
      always?: readonly OpencodeStep[];
      reject?: readonly OpencodeStep[];
    }
  | { do: "question"; questions: readonly OpencodeQuestion[]; isNext?: boolean }
  /** Ends this step of the model and begins the next, which is another message for the same prompt. */
  | { do: "step" }
  | { do: "wait"; gate: Gate }
  /** Waits for more of what the person wants, and answers it in a message that follows. */
  | { do: "steered" }
  /** Waits until the turn is aborted. */
  | { do: "never" }
  /** Fails the model: sends `session.error`, and both idles. */
  | { do: "fail"; name: string; message: string }
  /** Sends an idle that belongs to an earlier, finished turn. */
  | { do: "orphan_idle" }
  /** Sends an error that belongs to an earlier turn. */
  | { do: "orphan_error"; name: string; message: string }
  /** Sends any event, known or not. */
  | { do: "event"; type: string; properties?: Record<string, unknown> }
  /** Writes raw bytes to the event streams. */
  | { do: "bytes"; text: string }
  /** Sends the last `count` events again, ids and all. */
  | { do: "replay"; count: number }
  | { do: "streams"; action: StreamAction }
  /** Kills the process; without a process of its own, stops the server abruptly. */
  | { do: "die"; signal?: "SIGKILL" | "SIGSEGV" };

/**
 * What to do with the event streams: `drop` resets them, `end` closes them cleanly, `stall` keeps them open without output, `resume`
 * continues without what was missed.
 */
export type StreamAction = "drop" | "end" | "stall" | "resume";

export interface OpencodeQuestion {
  question: string;
  header: string;
  options: readonly { label: string; description: string }[];
  multiple?: boolean;
  custom?: boolean;
}

/** The answer to one prompt. */
export interface OpencodeReply {
  steps: readonly OpencodeStep[];
  /** `parts`: `message.part.*`; `next`: `session.next.*`; `both`: everything twice, as intermediate versions do. Default `parts`. */
  style?: "parts" | "next" | "both";
  /** How many aborts are acknowledged but ignored. Default 0. */
  ignoresAborts?: number;
  /** Gate before the second idle, which follows an abort or a failure. Until then further prompts are swallowed, as on the real server. */
  secondIdle?: Gate;
  /** Sends a second idle after a normal end too, behind {@link secondIdle}. */
  isIdleTwice?: boolean;
  /** Sends no idle and no error at the end. The stored message is complete. */
  isEndSilent?: boolean;
  /** What the server does after a normal end without another prompt, in order. */
  afterwards?: readonly OpencodeAfterwards[];
  usage?: { input: number; output: number; reasoning?: number };
  cost?: number;
}

/** Unasked activity: in the message that had ended, as late words are, or in a new one, busy meanwhile, as the agent's own work is. */
export interface OpencodeAfterwards {
  gate?: Gate;
  isOwn?: boolean;
  steps: readonly OpencodeStep[];
}

/** A prompt that arrived. */
export interface OpencodePrompt {
  sessionId: string;
  directory: string;
  messageId: string;
  text: string;
  model: { providerID: string; modelID: string } | null;
  agent: string | null;
  /** It came through `/api`, so its turn is told there. */
  isApi?: boolean;
}

/** Holds a request until its gate opens. */
export interface OpencodeHold {
  method: string;
  /** Prefix of the path. */
  path: string;
  gate: Gate;
}

/** A request the server received. */
export interface OpencodeRequest {
  method: string;
  path: string;
  directory: string;
  body: unknown;
}

/** How a scripted opencode misbehaves outside a turn. */
export interface OpencodeFaults {
  /** The commands that it has. Default: none. */
  commands?: readonly { name: string; description?: string; hints?: readonly string[] }[];
  /** The providers of the person's own configuration, by id, besides those that it is given. Default: none. */
  ownProviders?: Readonly<Record<string, { name?: string; models?: Readonly<Record<string, { name?: string }>> }>>;
  /** It lists its commands and then has none of them. */
  forgetsCommands?: boolean;
  holds?: readonly OpencodeHold[];
  /** The version it reports. Default 1.18.33. */
  version?: string;
  /** What the server has under `/api`. Default 1.18; the others have nothing else. */
  api?: ApiVersion;
  /** `/session/status` returns no sessions. */
  isStatusEmpty?: boolean;
  /** Bytes written to stdout, and as many to stderr, without a newline, before and after it prints its address. */
  noiseBytes?: number;
  /** Dies instead of sending the event of this number, counted from 1 over its whole life. The content of that event is stored. */
  diesAtEvent?: number;
}
