import type { OpencodeClient } from "../wire/opencode-client.ts";
import type { AskReply } from "./permission-asks.ts";

/** Tells opencode the answer to a permission or a question it asked. One that it does not ask any more: nothing. Throws `OpencodeRequestError`. */
export async function tellAnswer(client: OpencodeClient, directory: string, reply: AskReply): Promise<void> {
  const place = { directory, ...reply };
  if (reply.kind === "permission") await client.replyPermission(place, reply.reply);
  else await client.replyQuestion(place, reply.kind === "question" ? reply.answers : null);
}
