import { OpencodeRequestError, type OpencodeClient } from "../wire/opencode-client.ts";
import type { AskReply } from "./permission-asks.ts";

/** Tells opencode the answer to a permission or a question it asked. One that it does not ask any more: nothing. Throws `OpencodeRequestError`. */
export async function tellAnswer(client: OpencodeClient, directory: string, reply: AskReply): Promise<void> {
  const [path, body] = toRequest(reply);
  await client.ask({ method: "POST", path, directory, body, answer: null }).catch((error: unknown) => {
    if (!(error instanceof OpencodeRequestError) || error.status !== 404) throw error;
  });
}

function toRequest(reply: AskReply): [path: string, body: object] {
  const noun = reply.kind === "permission" ? "permission" : "question";
  const root = reply.family === "session" ? `/api/session/${encodeURIComponent(reply.sessionId)}/${noun}` : `/${noun}`;
  const path = `${root}/${encodeURIComponent(reply.requestId)}`;
  switch (reply.kind) {
    case "permission":
      return [`${path}/reply`, { reply: reply.reply }];
    case "question":
      return [`${path}/reply`, { answers: reply.answers }];
    case "rejection":
      return [`${path}/reject`, {}];
  }
}
