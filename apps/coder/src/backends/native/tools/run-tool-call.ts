import { cutText } from "@boocode/shared/text/cut-text";
import type { AgentEvent, CallEcho, ToolResult, ToolStatus } from "@boocode/shared/agents/agent-event";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { PathRefused } from "../../../platform/files/confined-path.ts";
import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import { describeStaging } from "./describe-staging.ts";
import { ALL_TOOLS } from "./all-tools.ts";
import { rootOf, toChangeFolder, toReadingFolder, type ToolPlace } from "./folder/tool-place.ts";
import type { Toolbox } from "./toolbox.ts";
import { ToolRefused, type NativeTool, type ToolCallFacts, type ToolOutcome, type TurnActions } from "./tool.ts";
import type { Guides } from "../guides.ts";

const MAX_INPUT_CHARACTERS = 8 * 1024;
const MAX_ERROR_CHARACTERS = 2_000;

export interface ToolCall {
  /** Unique within the turn. */
  callId: string;
  name: string;
  /** The arguments as the model wrote them; validated here. */
  input: unknown;
  /** Why the arguments could not be parsed, or null. */
  invalid: string | null;
  /** The extra content that the model's server wants returned with the call. */
  echo?: CallEcho;
}

export interface ToolRun {
  toolbox: Toolbox;
  place: ToolPlace;
  /** Aborted when the turn must end. */
  signal: AbortSignal;
  emit: (event: AgentEvent) => void | Promise<void>;
  logger: BackendLogger;
  /** Absent in an untrusted project. */
  guides?: Guides | null;
  /** Null in a sub-task. */
  turn?: TurnActions | null;
}

/**
 * Runs one call: validates its arguments, shows it, runs it and shows its result.
 *
 * Returns the text for the model. Never rejects: every failure becomes a text that begins with "Error".
 */
export async function runToolCall(call: ToolCall, run: ToolRun): Promise<string> {
  const { place } = run;
  const tool = run.toolbox.tools.find(({ name }) => name === call.name);
  const checked = tool && call.invalid === null ? tool.input.safeParse(call.input) : null;
  const facts: ToolCallFacts =
    tool && checked?.success ? tool.describe(checked.data, rootOf(place)) : { title: `Call ${cutText(call.name, 100)}`, paths: [] };
  const emit = tool?.access === "turn" && tool.isSilent === true ? () => {} : run.emit;
  await emit({
    type: "tool.started",
    callId: call.callId,
    name: cutText(call.name, 200),
    kind: tool?.kind ?? "other",
    input: boundInput(call.input),
    ...(call.echo ? { echo: call.echo } : {}),
    ...facts,
  });
  const settle = (status: ToolStatus, result: ToolResult, paths?: readonly string[]) =>
    emit({ type: "tool.updated", callId: call.callId, status, result, ...(paths ? { paths: [...paths] } : {}) });
  const fail = async (status: ToolStatus, message: string) => {
    const error = cutText(message, MAX_ERROR_CHARACTERS);
    await settle(status, { error });
    return `Error: ${error}`;
  };
  if (!tool) return fail("failed", explainMissing(call.name, place.mode));
  if (call.invalid !== null) return fail("failed", `the arguments could not be read: ${call.invalid}`);
  if (!checked?.success)
    return fail(
      "failed",
      `the arguments are wrong: ${checked?.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`,
    );

  try {
    run.signal.throwIfAborted();
    if (place.mode !== "plan" && place.guard && tool.kind === "command") {
      const { title, argv = [], cwd = "." } = facts;
      const isAllowed = await place.guard.ask({ callId: call.callId, title, argv, cwd }, run.emit, run.signal);
      if (!isAllowed) return await fail("failed", "the person did not allow this command");
    }
    // Reports of a running command cannot wait; they are few and bounded.
    const report = (result: ToolResult) => void settle("running", result);
    const answer = await finish(await runTool(tool, checked.data, call.callId, run, report), run.signal, settle);
    return answer + ((await run.guides?.readBelow([...facts.paths, ...(facts.cwd ? [facts.cwd] : [])])) ?? "");
  } catch (error) {
    if (run.signal.aborted) return fail("cancelled", "stopped");
    const words = toWords(error);
    if (words === null) run.logger.error({ err: error, tool: call.name }, "A tool failed unexpectedly");
    return fail("failed", words ?? "the tool failed for an unknown reason");
  }
}

async function runTool(
  tool: NativeTool,
  input: unknown,
  callId: string,
  run: ToolRun,
  report: (result: ToolResult) => void,
): Promise<ToolOutcome> {
  const { place, signal, turn } = run;
  if (tool.access === "turn") {
    if (!turn) throw new ToolRefused(explainMissing(tool.name, place.mode));
    return tool.run(input, { callId, turn });
  }
  if (tool.access === "read") {
    return tool.run(input, { folder: toReadingFolder(place), staged: place.mode === "plan" ? null : place.staged, signal });
  }
  if (place.mode === "plan") throw new ToolRefused(explainMissing(tool.name, place.mode));
  const { disk, env, guard, staged } = place;
  const outcome = await tool.run(input, { folder: toChangeFolder(place), disk, env, guard, signal, report });
  return staged !== null && tool.kind !== "command" ? withStagedNote(outcome) : outcome;
}

function explainMissing(name: string, mode: ToolPlace["mode"]): string {
  const isKnown = ALL_TOOLS.some((tool) => tool.name === name && tool.access === "change");
  if (mode === "plan" && isKnown) return `in plan mode nothing is changed and nothing is run, so there is no “${name}”. Answer with a plan`;
  return `there is no tool called “${cutText(name, 100)}”`;
}

async function finish(
  outcome: ToolOutcome,
  signal: AbortSignal,
  settle: (status: ToolStatus, result: ToolResult, paths?: readonly string[]) => void | Promise<void>,
): Promise<string> {
  if (signal.aborted && outcome.hasFailed) {
    await settle("cancelled", outcome.result, outcome.paths);
    return "Error: stopped";
  }
  await settle(outcome.hasFailed ? "failed" : "completed", outcome.result, outcome.paths);
  return outcome.forModel;
}

const STAGED_NOTE = "Staged for review, not on disk.";

/** Says that a change waits for review, now and in the history that a later turn is given. */
function withStagedNote({ forModel, result, ...rest }: ToolOutcome): ToolOutcome {
  return { ...rest, forModel: `${forModel} ${STAGED_NOTE}`, result: { ...result, output: STAGED_NOTE } };
}

const SYSTEM_ERRORS: Record<string, string> = {
  ENOENT: "it does not exist",
  EEXIST: "it already exists",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENOTEMPTY: "the folder is not empty",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "it is a symbolic link that may not be followed",
  EINVAL: "it cannot be done with this path",
  ENXIO: "it is not a regular file",
  EMFILE: "too many files are open",
};

/** Converts an expected error to a message; null for an unexpected one. */
function toWords(error: unknown): string | null {
  if (error instanceof ToolRefused || error instanceof PathRefused) return error.message;
  if (error instanceof DomainError) return describeStaging(error.fault);
  return SYSTEM_ERRORS[(error as NodeJS.ErrnoException).code ?? ""] ?? null;
}

/** Shortens arguments for the card and for later turns; shortened texts are marked. */
function boundInput(input: unknown): unknown {
  if (typeof input === "string")
    return input.length > MAX_INPUT_CHARACTERS ? `${cutText(input, MAX_INPUT_CHARACTERS)}… [${input.length} characters]` : input;
  if (Array.isArray(input)) return input.slice(0, 200).map(boundInput);
  if (typeof input === "object" && input !== null) {
    return Object.fromEntries(
      Object.entries(input)
        .slice(0, 50)
        .map(([key, value]) => [cutText(key, 100), boundInput(value)]),
    );
  }
  return input ?? null;
}
