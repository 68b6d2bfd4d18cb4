import { cutText } from "@boocode/shared/text/cut-text";
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import type { ToolResult } from "@boocode/shared/agents/agent-event";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { CommandGuard } from "../command-guard.ts";
import { newId } from "../../../platform/new-id.ts";
import { quoteArgv } from "../../../platform/processes/quote-argv.ts";
import { runProcess, type ProcessResult } from "../../../platform/processes/process.ts";
import { OutputWindow } from "./output-window.ts";
import { ToolRefused, type ChangingTool } from "./tool.ts";
import { toNamedPaths, toShownPath } from "./folder/tool-paths.ts";

const DEFAULT_SECONDS = 120;
const MAX_SECONDS = 600;
const MAX_OUTPUT_BYTES = 64 * 1024;
/** Output is shown at most this often … */
const REPORT_EVERY_MS = 150;
/** … and above this size only after it has grown by half: each report holds the whole output, and the journal keeps all reports until the turn ends. */
const SMALL_OUTPUT_BYTES = 4 * 1024;

const CommandInput = z.object({
  argv: z
    .array(z.string().max(128 * 1024))
    .min(1)
    .max(1_000)
    .describe('Program and arguments, e.g. ["npm", "test"]. No shell is used; if you need one: ["bash", "-c", "…"]'),
  cwd: z.string().default(".").describe("Folder to run in, relative to the project"),
  timeoutSeconds: z.number().int().min(1).max(MAX_SECONDS).default(DEFAULT_SECONDS),
});

export const commandTool: ChangingTool<z.infer<typeof CommandInput>> = {
  name: "command",
  access: "change",
  kind: "command",
  description: `Runs a program in the project, without a terminal and without input, and returns its exit code and output. The time limit is ${DEFAULT_SECONDS} s by default and ${MAX_SECONDS} s at most.`,
  inReview: "It runs on disk, where your staged edits are not: it sees the files without them, and what it writes is written.",
  input: CommandInput,
  describe: ({ argv, cwd }, root) => ({
    title: `Run ${cutText(quoteArgv(argv).replace(/\s+/g, " "), 200)}`,
    // A command names no files; its changes are found by comparing the worktree.
    paths: [],
    argv,
    cwd: toNamedPaths(root, [cwd])[0] ?? toShownPath(root, cwd),
  }),
  async run({ argv, cwd, timeoutSeconds }, { disk, env, guard, signal, report }) {
    if (argv.some((word) => word.includes("\0"))) throw new ToolRefused("an argument contains a NUL byte");
    // Keep the folder open until the program ends, so that its path cannot be swapped for a link meanwhile.
    const place = await disk.pin(cwd);
    const window = new OutputWindow(MAX_OUTPUT_BYTES);
    const reporter = new OutputReporter(window, report);
    let ended: ProcessResult;
    try {
      const gitVariables = guard ? await lookAtGit(guard, [disk.root, ...place.components].join("/")) : {};
      ended = await runProcess({
        file: argv[0]!,
        argv: argv.slice(1),
        cwd: place.path,
        env: { ...env, ...gitVariables },
        timeoutMs: timeoutSeconds * 1_000,
        maxOutputBytes: 0,
        signal,
        // The marker finds detached processes of the command, so that they are ended too.
        marker: { name: "BOOCODE_CALL_ID", value: newId("call") },
        onOutput: (_stream, chunk) => reporter.push(chunk),
      });
    } catch (error) {
      throw toStartError(error, argv[0]!);
    } finally {
      reporter.close();
      await place.handle.close();
    }
    return toOutcome(ended, window, timeoutSeconds);
  },
};

async function lookAtGit(guard: CommandGuard, cwd: string): Promise<Readonly<Record<string, string>>> {
  try {
    return await guard.gitVariables(cwd);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new ToolRefused("git's settings cannot be read here and the project is not trusted, so no command is run");
  }
}

/** Reports output as it arrives, but limits the rate so that a flood of output does not become a flood of events. */
class OutputReporter {
  readonly #window: OutputWindow;
  readonly #report: (result: ToolResult) => void;
  #timer: NodeJS.Timeout | null = null;
  #reportedBytes = 0;

  constructor(window: OutputWindow, report: (result: ToolResult) => void) {
    this.#window = window;
    this.#report = report;
  }

  push(chunk: Buffer): void {
    this.#window.push(chunk);
    this.#timer ??= setTimeout(() => this.#flush(), this.#reportedBytes === 0 ? 0 : REPORT_EVERY_MS);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #flush(): void {
    this.#timer = null;
    const { totalBytes } = this.#window;
    if (totalBytes > SMALL_OUTPUT_BYTES && totalBytes < this.#reportedBytes * 1.5) return;
    this.#reportedBytes = totalBytes;
    this.#report(toResult(this.#window));
  }
}

function toOutcome(ended: ProcessResult, window: OutputWindow, timeoutSeconds: number) {
  // Do not report BooCode's own signal: the stop or the time limit is already reported.
  const isOurs = ended.timedOut || ended.aborted;
  const result: ToolResult = { ...toResult(window), ...(isOurs ? {} : { exitCode: ended.exitCode, signal: ended.signal }) };
  const end = ended.timedOut
    ? `Error: ended after ${timeoutSeconds} s`
    : ended.exitCode === null
      ? `Error: ended by ${ended.signal ?? "a signal"}`
      : `Exit code ${ended.exitCode}`;
  if (ended.timedOut) result.error = `Ended after its time limit of ${timeoutSeconds} s.`;
  const forModel = `${end}\n\n${stripVTControlCharacters(window.read())}`.trimEnd();
  return { forModel, result, hasFailed: ended.exitCode !== 0 };
}

function toResult(window: OutputWindow): ToolResult {
  return { output: window.read(), ...(window.droppedBytes > 0 ? { truncatedBytes: window.droppedBytes } : {}) };
}

function toStartError(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return new ToolRefused(`the program “${file}” was not found`);
  if (code === "EACCES") return new ToolRefused(`“${file}” may not be run`);
  if (code === "E2BIG") return new ToolRefused("the arguments are too long");
  return error;
}
