import { OpencodeRequestError, type OpencodeClient } from "./opencode-client.ts";
import type { AskReply } from "./permission-asks.ts";

/** Tells opencode the answer to a permission or a question it asked. One that it does not ask any more: nothing. Throws `OpencodeRequestError`. */
export async function tellAnswer(client: OpencodeClient, directory: string, reply: AskReply): Promise<void> {
  const id = encodeURIComponent(reply.requestId);
  const [path, body] = toRequest(id, reply);
  await client.ask({ method: "POST", path, directory, body, answer: null }).catch((error: unknown) => {
    if (!(error instanceof OpencodeRequestError) || error.status !== 404) throw error;
  });
}

function toRequest(id: string, reply: AskReply): [path: string, body: object] {
  switch (reply.kind) {
    case "permission":
      return [`/permission/${id}/reply`, { reply: reply.reply }];
    case "question":
      return [`/question/${id}/reply`, { answers: reply.answers }];
    case "rejection":
      return [`/question/${id}/reject`, {}];
  }
}
