/** One step of a scripted command-line agent's turn. Steps run in order and are plain JSON. */
export type CliStep =
  /** Streams text or thought word by word. */
  | { do: "say"; text: string; kind?: "text" | "thinking" }
  /** Writes one message. */
  | { do: "emit"; message: Record<string, unknown> }
  /** Writes a file in the working directory. */
  | { do: "writeFile"; path: string; text: string }
  /** Says its prompt, or how many characters it has if it is long. */
  | { do: "sayPrompt" }
  /** Says its arguments, working directory and the names of its environment variables, as JSON. */
  | { do: "sayProcess" }
  /** Starts a child in its own session that outlives the agent, and says `child <pid>`. */
  | { do: "spawnSetsidChild" }
  /** Waits until a signal ends it. */
  | { do: "hang" }
  | { do: "exit"; code: number }
  /** Kills its own process with a signal. */
  | { do: "signal"; signal: "SIGKILL" | "SIGSEGV" | "SIGTERM" }
  /** Writes raw bytes to standard output. */
  | { do: "garbage"; text: string }
  /** Writes one well-formed line with a text of this many bytes. */
  | { do: "giantLine"; bytes: number }
  /** Writes to standard error. */
  | { do: "complain"; text: string }
  /** Says that the turn failed, and ends. */
  | { do: "fail"; message: string }
  /** Says that the turn is complete, and lives on. */
  | { do: "complete" };

/** The scenario file of a scripted command-line agent. */
export interface CliScenario {
  /** What its output is: messages as Claude's command line writes them, or plain text. */
  output: "messages" | "text";
  /** The steps of each run, in order; the last is reused. */
  prompts: readonly (readonly CliStep[])[];
  /** A file in which it counts its runs and keeps its sessions. */
  stateFile: string;
  /** Signals to ignore. */
  ignoreSignals?: readonly ("SIGINT" | "SIGTERM")[];
  /** Begins a session of its own, whatever it is asked to continue. */
  forgets?: boolean;
}
