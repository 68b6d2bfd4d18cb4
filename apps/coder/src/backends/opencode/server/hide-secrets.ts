/** What a server is told by its environment and no tool of an agent's may see: what opens the server, and keys of endpoints. */
const SECRETS = ["OPENCODE_SERVER_PASSWORD", "OPENCODE_CONFIG_CONTENT"];

/**
 * A plugin of opencode's, loaded by its server: commands that an agent runs inherit the server's environment, and with the password they
 * could answer its questions themselves.
 */
export async function hideSecrets() {
  return {
    "shell.env": async ({ sessionID = "" }: { sessionID?: string }, { env }: { env: Record<string, string> }): Promise<void> => {
      for (const name of SECRETS) env[name] = "";
      // One server works for many chats: what it starts is marked by its own name for the chat.
      env["BOOCODE_WORK"] = `agent:${sessionID}`;
    },
  };
}
