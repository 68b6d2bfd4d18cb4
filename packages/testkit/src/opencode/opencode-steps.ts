/** Where scripted work waits until it may go on. A barrier is one; another process' barrier can be another. */
export interface Gate {
  pass(): Promise<void>;
}

/** One thing a scripted opencode does in a turn, in order. */
export type OpencodeStep =
  /** Streams a text or reasoning part as deltas, word by word or in the pieces given, and sets it as a whole at its end. */
  | {
      do: "say";
      text: string;
      kind?: "text" | "reasoning";
      pieces?: readonly string[];
      /** The deltas come before anybody said what kind of part it is. */
      isKindLate?: boolean;
      /** How often the whole part is sent at the end. Default 1. */
      finals?: number;
      /** Stands between the last delta and the whole part. */
      beforeEnd?: Gate;
    }
  /** Streams `count` words `w0 w1 …` in one text part, as fast as they are read. */
  | { do: "words"; count: number }
  /** A tool call: pending, running, what `during` does, completed; failed where `error` is given. */
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
  /** Writes a file of the session's directory and names it in `file.edited`. */
  | { do: "write"; path: string; text: string }
  | { do: "todos"; todos: readonly { content: string; status: string; priority: string }[] }
  /** The `task` tool: a child session of its own plays the steps. */
  | { do: "delegate"; title: string; steps: readonly OpencodeStep[] }
  /** Asks for permission and goes on with what the reply leads to; without steps for a reject, the turn ends as the real one's does. */
  | {
      do: "ask";
      permission: string;
      patterns?: readonly string[];
      metadata?: Record<string, unknown>;
      /** As newer servers ask: per session, under other names. */
      isNext?: boolean;
      once?: readonly OpencodeStep[];
      always?: readonly OpencodeStep[];
      reject?: readonly OpencodeStep[];
    }
  | { do: "question"; questions: readonly OpencodeQuestion[]; isNext?: boolean }
  /** Ends this step of the model and begins the next: another message for the same prompt. */
  | { do: "step" }
  | { do: "wait"; gate: Gate }
  /** Nothing more until the turn is aborted. */
  | { do: "never" }
  /** A failure of the model: `session.error`, and both idles. */
  | { do: "fail"; name: string; message: string }
  /** An idle out of turn: that of a turn which is over, after this one began. */
  | { do: "orphan_idle" }
  /** An error out of turn. */
  | { do: "orphan_error"; name: string; message: string }
  /** Any event, known or not. */
  | { do: "event"; type: string; properties?: Record<string, unknown> }
  /** Bytes on the event streams as they are. */
  | { do: "bytes"; text: string }
  /** Sends the last `count` events again, ids and all. */
  | { do: "replay"; count: number }
  | { do: "streams"; action: StreamAction }
  /** The process ends, or in the same process the server stops without a word. */
  | { do: "die"; signal?: "SIGKILL" | "SIGSEGV" };

/** `drop` resets them, `end` closes them politely, `stall` keeps them open and says nothing, `resume` goes on without what was missed. */
export type StreamAction = "drop" | "end" | "stall" | "resume";

export interface OpencodeQuestion {
  question: string;
  header: string;
  options: readonly { label: string; description: string }[];
  multiple?: boolean;
  custom?: boolean;
}

/** What one prompt is answered with. */
export interface OpencodeReply {
  steps: readonly OpencodeStep[];
  /** `parts`: `message.part.*`; `next`: `session.next.*`; `both`: everything twice, as a server in between does. Default `parts`. */
  style?: "parts" | "next" | "both";
  /** How many aborts are answered and do nothing. Default 0. */
  ignoresAborts?: number;
  /** Stands before the second idle, which follows an abort or a failure. Until then further prompts are swallowed, as by the real one. */
  secondIdle?: Gate;
  /** A turn that ends well says so twice, too; the second time behind {@link secondIdle}. */
  isIdleTwice?: boolean;
  /** The end is never told: no idle, no error. The stored message is complete. */
  isEndSilent?: boolean;
  usage?: { input: number; output: number; reasoning?: number };
  cost?: number;
}

/** A prompt that has come. */
export interface OpencodePrompt {
  sessionId: string;
  directory: string;
  messageId: string;
  text: string;
  model: { providerID: string; modelID: string } | null;
  agent: string | null;
}

/** A request held until its gate lets it go on. */
export interface OpencodeHold {
  method: string;
  /** The path begins with it. */
  path: string;
  gate: Gate;
}

/** What was asked of the server, in order of arrival. */
export interface OpencodeRequest {
  method: string;
  path: string;
  directory: string;
  body: unknown;
}

/** How a scripted opencode misbehaves outside a turn. */
export interface OpencodeFaults {
  holds?: readonly OpencodeHold[];
  /** What it says that it is. Default 1.18.33. */
  version?: string;
  /** `/session/status` knows nobody. */
  isStatusEmpty?: boolean;
  /** So many bytes on its standard output, and as many on its standard error, without a line's end: before and after it says where it listens. */
  noiseBytes?: number;
  /** Dies instead of sending its event of this number, counted from 1 over its whole life: what the event tells is written down. */
  diesAtEvent?: number;
}
