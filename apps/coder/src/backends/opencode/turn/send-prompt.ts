import type { OpencodeClient } from "../wire/opencode-client.ts";

/** Where a chat's context is. */
export interface SessionPlace {
  client: OpencodeClient;
  /** The worktree, as opencode knows it. */
  directory: string;
  sessionId: string;
}

export interface PromptBody {
  promptId: string;
  text: string;
  model: { providerID: string; modelID: string } | null;
  mode: string | null;
}

/** Sends a prompt; with ids of our own it is the same one, however often it is sent. Throws `OpencodeRequestError`. */
export async function sendPrompt(
  { client, directory, sessionId }: SessionPlace,
  { promptId, text, model, mode }: PromptBody,
): Promise<void> {
  await client.ask({
    method: "POST",
    path: `/session/${encodeURIComponent(sessionId)}/prompt_async`,
    directory,
    body: {
      messageID: promptId,
      ...(model ? { model } : {}),
      ...(mode ? { agent: mode } : {}),
      parts: [{ id: promptId.replace(/^msg/, "prt"), type: "text", text }],
    },
    answer: null,
  });
}

/** Asks opencode to end what it does in a session. Throws `OpencodeRequestError`. */
export async function askAbort({ client, directory, sessionId }: SessionPlace, timeoutMs: number): Promise<void> {
  const path = `/session/${encodeURIComponent(sessionId)}/abort`;
  await client.ask({ method: "POST", path, directory, body: {}, answer: null, timeoutMs });
}
