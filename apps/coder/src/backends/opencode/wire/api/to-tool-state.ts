import { z } from "zod";

const Fields = z.record(z.string(), z.unknown()).catch({});

/** A tool call in an event or a stored message under `/api`, in the words of 1.18 and of 2.0. */
export const ApiTool = z.object({
  callID: z.string().optional(),
  id: z.string().optional(),
  tool: z.string().optional(),
  name: z.string().optional(),
  input: Fields.optional(),
  structured: Fields.optional(),
  metadata: Fields.optional(),
  content: z.array(z.object({ text: z.string().default("") })).catch([]),
  error: z
    .object({ message: z.string().default("") })
    .optional()
    .catch(undefined),
});
export type ApiTool = z.infer<typeof ApiTool>;

/** The names of tools that differ from those of opencode 1. */
const OLD_NAMES: Readonly<Record<string, string>> = { shell: "bash", subagent: "task" };
/** Tools whose `path` opencode 1 calls `filePath`. */
const FILE_TOOLS = new Set(["read", "write", "edit"]);
/** What the model is told below a command's output. */
const EXIT_NOTE = /^Command exited with code -?\d+\.$/;
/** The error of a call that a stop or a refused permission ended. */
const INTERRUPTED = /^Tool execution (?:interrupted|aborted)/i;

const File = z.object({ patch: z.string() });
const Structured = z.object({
  exit: z.number().optional().catch(undefined),
  existed: z.boolean().optional().catch(undefined),
  files: z.array(File).catch([]),
  sessionID: z.string().optional().catch(undefined),
});

/** Returns the name that opencode 1 gives to a tool. */
export function toOldName(name: string): string {
  return OLD_NAMES[name] ?? name;
}

/** Returns a tool's arguments in the words of opencode 1. */
export function toOldInput(tool: string, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { path } = input;
  return { ...input, ...(FILE_TOOLS.has(tool) && typeof path === "string" ? { filePath: path } : {}) };
}

/** True if a call ended because the turn was stopped, or a permission refused. */
export function isInterrupted({ error }: Pick<ApiTool, "error">): boolean {
  return error !== undefined && INTERRUPTED.test(error.message);
}

/** Returns what a tool reported beside its text, in the words of opencode 1. */
export function toOldMetadata(call: Omit<ApiTool, "input">): Record<string, unknown> {
  const reported = { ...call.structured, ...call.metadata };
  const { exit, existed, files, sessionID } = Structured.parse(reported);
  const diff = files.map(({ patch }) => toGitPatch(patch)).join("");
  return {
    ...reported,
    ...(exit === undefined ? {} : { exit }),
    ...(existed === undefined ? {} : { exists: existed }),
    ...(diff === "" ? {} : { diff }),
    ...(sessionID === undefined ? {} : { sessionId: sessionID }),
    ...(isInterrupted(call) ? { interrupted: true } : {}),
  };
}

/** Joins the texts of a tool's result, without the note about its exit code. A file that was read is told beside them. */
export function toOutput(tool: string, { content, structured, metadata }: Pick<ApiTool, "content" | "structured" | "metadata">): string {
  const read = { ...structured, ...metadata }["content"];
  if (content.length === 0) return tool === "read" && typeof read === "string" ? read : "";
  const texts = content.map(({ text }) => text);
  const shown = tool === "bash" ? texts.filter((text, place) => place === 0 || !EXIT_NOTE.test(text)) : texts;
  return tool === "bash" && shown.length === 1 && shown[0] === "(no output)" ? "" : shown.join("\n");
}

/** Names the files of a patch as git does. */
function toGitPatch(patch: string): string {
  return patch.replace(
    /^(---|\+\+\+) (?!\/|[ab]\/)(.+)$/gm,
    (_, side: string, path: string) => `${side} ${side === "---" ? "a" : "b"}/${path}`,
  );
}
