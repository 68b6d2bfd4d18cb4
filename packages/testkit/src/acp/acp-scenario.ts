/** One step of a scripted ACP agent's turn. Steps run in order and are plain JSON. */
export type AcpStep =
  /** Sends a `session/update` with this update verbatim, known or not. */
  | { do: "emit"; update: Record<string, unknown> }
  /** Streams text or thought word by word. */
  | { do: "say"; text: string; kind?: "message" | "thought" }
  /** Writes a file in the session's folder directly, without asking the client. */
  | { do: "writeFile"; path: string; text: string }
  /** Requests permission and runs the steps of the chosen option. */
  | {
      do: "askPermission";
      title: string;
      rawInput?: unknown;
      options?: readonly AcpOption[];
      then?: Readonly<Record<string, readonly AcpStep[]>>;
    }
  /** Starts a child in its own session and process group that outlives the agent, and says `child <pid>`. */
  | { do: "spawnSetsidChild" }
  /** Starts a program in the session's folder, in its own process group, and does not wait for it, as agents run commands. */
  | { do: "leaveRunning"; argv: readonly [string, ...string[]] }
  /** Waits until a cancel arrives. */
  | { do: "hang" }
  /** Pauses this long, so that later steps are late. */
  | { do: "pause"; ms: number }
  | { do: "exit"; code: number }
  /** Kills its own process with a signal. */
  | { do: "signal"; signal: "SIGKILL" | "SIGSEGV" | "SIGTERM" }
  /** Writes raw bytes to stdout, which need not be JSON. */
  | { do: "garbage"; text: string }
  /** Sends one well-formed line with a text of this many bytes. */
  | { do: "giantLine"; bytes: number }
  /** Writes one line of this many bytes that is not JSON, in chunks: more than a string can hold. */
  | { do: "giantBytes"; bytes: number }
  /** Writes to stderr, as a careless program's log would. */
  | { do: "printSecret"; text: string }
  /** Says the blocks of the prompt, as JSON. */
  | { do: "sayPrompt" }
  /** Says the names of its environment variables, sorted. */
  | { do: "sayEnv" }
  /** Says its process id and working directory, as JSON. */
  | { do: "sayProcess" }
  /** Sends the client a request, and says `error <code>` if it is refused. */
  | { do: "askUnknown"; method: string }
  /** Answers the prompt with an error. */
  | { do: "fail"; code?: number; message: string }
  /** Answers the prompt immediately. Later steps still run, late; a second `end` answers again. */
  | { do: "end"; stopReason?: string };

export interface AcpOption {
  optionId: string;
  name: string;
  /** One of the protocol's four kinds, or one of a newer protocol. */
  kind: string;
}

/** The scenario file of a scripted ACP agent. */
export interface AcpScenario {
  /** The steps that answer each prompt of the process, in order; the last is reused. */
  prompts: readonly (readonly AcpStep[])[];
  /** What it says it takes in prompts. Default: embedded context. */
  promptCapabilities?: { image?: boolean; embeddedContext?: boolean };
  /** A file that stores sessions, so that another process can load them. Without it, the agent reports that it cannot load sessions. */
  stateFile?: string;
  /** Methods it never answers. */
  hangsOn?: readonly string[];
  /** Methods it answers with an error. */
  failsOn?: readonly string[];
  /** The names of its login methods. */
  loginWays?: readonly string[];
  /** Methods that require a login. */
  loginFor?: readonly string[];
  /** Methods that fail this many times in each process and then succeed. */
  failsFirst?: Readonly<Record<string, number>>;
  /** When `session/load` replays the earlier session, if not before its response. */
  replays?: "after the answer" | "with the next prompt";
  /** Replays only what it said itself. */
  replaysWithoutPrompts?: boolean;
  /** The model it always reports, whatever model is set. */
  keepsModel?: string;
  /** The commands that it announces once a session is new. */
  commands?: readonly { name: string; description?: string; input?: { hint: string } | null }[];
  /** Updates of a new session that it sends before it answers with the session's name. */
  early?: readonly Record<string, unknown>[];
  /** Deletes sessions when asked to, and says so. */
  deletesSessions?: boolean;
  /** Steps to run after a cancel, before it answers. */
  onCancel?: readonly AcpStep[];
  /** Ignores cancels. */
  ignoreCancel?: boolean;
  /** Signals to ignore. If there are any, the end of its input is ignored too. */
  ignoreSignals?: readonly ("SIGINT" | "SIGTERM")[];
  /** Additional fields of the `session/new` response. */
  session?: Record<string, unknown>;
}
