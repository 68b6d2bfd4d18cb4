import { readFile } from "node:fs/promises";

/** Variables with the server's password and the endpoints' keys, which an agent's tools must not see. */
const SECRETS = ["OPENCODE_SERVER_PASSWORD", "OPENCODE_CONFIG_CONTENT"];

export interface HideSecretsOptions {
  /** Where the ports of each worktree are noted; see `folder/port-notes.ts`. */
  portNotes: string;
}

/**
 * An opencode plugin that makes the environment of commands, which otherwise inherit the server's. It removes the server's secrets, because
 * with the password a command could answer the agent's permission requests itself, and adds what is the chat's or the folder's alone.
 */
export async function hideSecrets({ directory }: { directory: string }, { portNotes }: HideSecretsOptions) {
  return {
    "shell.env": async ({ sessionID = "" }: { sessionID?: string }, { env }: { env: Record<string, string> }): Promise<void> => {
      for (const name of SECRETS) env[name] = "";
      // One server works for many chats, so mark its commands with its own id for the chat.
      env["BOOCODE_WORK"] = `agent:${sessionID}`;
      const note = await readFile(`${portNotes}${directory}/ports`, "utf8").catch(() => "");
      for (const [, name = "", port = ""] of note.matchAll(/(\w+)=(\d+)/g)) env[name] = port;
    },
  };
}
