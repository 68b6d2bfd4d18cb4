import { readFile } from "node:fs/promises";
import { AgentId } from "@boocode/shared/ids";
import { z } from "zod";

/**
 * A person's settings for an agent: a program to use instead of the one found on PATH and additional environment variables, or an agent
 * unknown to BooCode and how to drive it.
 */
export const AgentEntry = z.object({
  id: AgentId,
  name: z.string().trim().min(1).max(80).optional(),
  transport: z.enum(["acp", "cli"]).optional(),
  /** The program and its arguments; a program without a slash is looked up on PATH. */
  command: z.array(z.string().min(1)).min(1).optional(),
  env: z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string()).optional(),
});
export type AgentEntry = z.infer<typeof AgentEntry>;

/** Thrown when `agents.json` cannot be used. Its message is one sentence for the person. */
export class AgentsFileError extends Error {
  override readonly name = "AgentsFileError";
}

/** Reads the entries of `agents.json`, in order; returns none if the file does not exist. Throws {@link AgentsFileError}. */
export async function readAgentsFile(file: string): Promise<AgentEntry[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new AgentsFileError(`${file} cannot be read (${error.code ?? "unknown error"}).`, { cause: error });
  });
  if (text === null) return [];
  const parsed = z.array(AgentEntry).safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AgentsFileError(
    `${file} is not a list of agents: ${issue?.path.join(".") || "the file"}: ${issue?.message ?? "cannot be read"}.`,
    {
      cause: parsed.error,
    },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
