import type { ServerClient } from "../wire/opencode-client.ts";
import type { AskReply } from "./permission-asks.ts";

/** Sends opencode the answer to a permission or a question. Does nothing if opencode no longer asks it. Throws `OpencodeRequestError`. */
export async function tellAnswer(client: ServerClient, directory: string, reply: AskReply): Promise<void> {
  const place = { directory, ...reply };
  if (reply.kind === "permission") await client.replyPermission(place, reply.reply);
  else await client.replyQuestion(place, reply.kind === "question" ? reply.answers : null);
}
