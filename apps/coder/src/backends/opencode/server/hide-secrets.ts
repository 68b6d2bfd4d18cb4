/** Variables with the server's password and the endpoints' keys, which an agent's tools must not see. */
const SECRETS = ["OPENCODE_SERVER_PASSWORD", "OPENCODE_CONFIG_CONTENT"];

/**
 * An opencode plugin that removes secrets from the environment of commands. Commands that an agent runs inherit the server's environment;
 * with the password they could answer the agent's permission requests themselves.
 */
export async function hideSecrets() {
  return {
    "shell.env": async ({ sessionID = "" }: { sessionID?: string }, { env }: { env: Record<string, string> }): Promise<void> => {
      for (const name of SECRETS) env[name] = "";
      // One server works for many chats, so mark its commands with its own id for the chat.
      env["BOOCODE_WORK"] = `agent:${sessionID}`;
    },
  };
}
