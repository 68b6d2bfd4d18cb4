/** One thing a scripted ACP agent does in a turn, in order. All of it is JSON. */
export type AcpStep =
  /** A `session/update` with the update as it is, known or not. */
  | { do: "emit"; update: Record<string, unknown> }
  /** Text or thought, word by word. */
  | { do: "say"; text: string; kind?: "message" | "thought" }
  /** Writes a file of the session's folder itself, without asking the client. */
  | { do: "writeFile"; path: string; text: string }
  /** Asks the client and does what stands under the option that was picked. */
  | {
      do: "askPermission";
      title: string;
      rawInput?: unknown;
      options?: readonly AcpOption[];
      then?: Readonly<Record<string, readonly AcpStep[]>>;
    }
  /** A child in a session and group of its own that outlives the agent; its pid is said as `child <pid>`. */
  | { do: "spawnSetsidChild" }
  /** A program in the session's folder that it does not wait for, in a group of its own, as agents run commands. */
  | { do: "leaveRunning"; argv: readonly [string, ...string[]] }
  /** Nothing more, until a cancel comes. */
  | { do: "hang" }
  /** Nothing, for so long: what comes behind it comes late. */
  | { do: "pause"; ms: number }
  | { do: "exit"; code: number }
  /** Ends itself by a signal. */
  | { do: "signal"; signal: "SIGKILL" | "SIGSEGV" | "SIGTERM" }
  /** Bytes on stdout as they are, which may be no JSON at all. */
  | { do: "garbage"; text: string }
  /** One well-formed line with a text of so many bytes. */
  | { do: "giantLine"; bytes: number }
  /** So many bytes in one line that is no JSON, in pieces: more than a text can hold. */
  | { do: "giantBytes"; bytes: number }
  /** On stderr, as a careless program's log. */
  | { do: "printSecret"; text: string }
  /** Says the names of its environment, sorted. */
  | { do: "sayEnv" }
  /** Says its process id and where it runs, as JSON. */
  | { do: "sayProcess" }
  /** Asks the client for something and says `error <code>` where it is refused. */
  | { do: "askUnknown"; method: string }
  /** Answers the prompt with an error. */
  | { do: "fail"; code?: number; message: string }
  /** Answers the prompt, now. What stands behind it still happens, late; a second one answers again. */
  | { do: "end"; stopReason?: string };

export interface AcpOption {
  optionId: string;
  name: string;
  /** One of the four that the protocol has, or of a newer one. */
  kind: string;
}

/** What a scripted ACP agent is started with, in a file. */
export interface AcpScenario {
  /** What each prompt of the process is answered with, in order; the last is used again. */
  prompts: readonly (readonly AcpStep[])[];
  /** Where sessions are kept, so that another process can load them. Without, it says that it cannot load. */
  stateFile?: string;
  /** Methods that are never answered. */
  hangsOn?: readonly string[];
  /** Methods that are answered with an error. */
  failsOn?: readonly string[];
  /** What it calls its ways to log in. */
  loginWays?: readonly string[];
  /** Asks for a login where it is asked for one of these. */
  loginFor?: readonly string[];
  /** Methods that are answered with an error so many times by each process, and then as they should be. */
  failsFirst?: Readonly<Record<string, number>>;
  /** When `session/load` tells an earlier session again, where not before its answer. */
  replays?: "behind the answer" | "with the next prompt";
  /** Whatever model it is told, it says that it has this one. */
  keepsModel?: string;
  /** What it still does when a cancel comes, before it answers. */
  onCancel?: readonly AcpStep[];
  /** A cancel changes nothing. */
  ignoreCancel?: boolean;
  /** Signals that change nothing; with any, the end of its input changes nothing either. */
  ignoreSignals?: readonly ("SIGINT" | "SIGTERM")[];
  /** What `session/new` says beside the session's id. */
  session?: Record<string, unknown>;
}
