import type { ConversationDeps } from "./conversation-deps.ts";
import type { FolderChat } from "./folder/loaded-folders.ts";
import { OpencodeConversation } from "./opencode-conversation.ts";
import { findOwnConfig } from "./server/find-own-config.ts";
import { OpencodeRequestError } from "./wire/opencode-request-error.ts";

/**
 * Resumes the chat's opencode session, or creates one if there is none. Rejects with opencode's error, or after `openLimitMs`: opencode
 * installs the dependencies of a folder's plugins before it answers any request about the folder.
 */
export async function openConversation(deps: ConversationDeps, resume: string | null): Promise<OpencodeConversation> {
  const { time, openLimitMs } = deps;
  const opening = openInFolder(deps, resume);
  const limit = Promise.withResolvers<never>();
  const stop = time.after(openLimitMs, () => {
    // opencode keeps loading the folder, so a later prompt finds it loaded.
    void opening.then((late) => late.close()).catch(() => {});
    explainSlowness(deps).then(limit.reject, limit.reject);
  });
  try {
    return await Promise.race([opening, limit.promise]);
  } finally {
    stop();
  }
}

async function openInFolder(deps: ConversationDeps, resume: string | null): Promise<OpencodeConversation> {
  const { directory: worktree, env } = deps;
  const chat: FolderChat = { worktree, env, onRenewed: () => {} };
  const leave = await deps.generation.enter(chat);
  try {
    const found = resume === null ? null : await findSession(deps, resume);
    const sessionId = found ?? (await createSession(deps));
    const conversation = new OpencodeConversation(deps, { chat, leave }, sessionId, found ? "resumed" : "new");
    await conversation.listen();
    return conversation;
  } catch (error) {
    await leave();
    throw error;
  }
}

async function explainSlowness({ directory, openLimitMs }: ConversationDeps): Promise<Error> {
  const own = await findOwnConfig(directory);
  const why =
    own === null ? "" : ` The repository brings ${own}: opencode installs packages for it first, and perhaps no package registry answers.`;
  const limit = Math.round(openLimitMs / 1_000);
  return new Error(`opencode did not open this folder within ${limit} s.${why} It keeps trying: send the prompt again in a minute.`);
}

async function findSession({ generation, directory }: ConversationDeps, sessionId: string): Promise<string | null> {
  try {
    return (await generation.client.readSession({ directory, sessionId })).id;
  } catch (error) {
    // The session was deleted in opencode: continue the chat in a new one and report it.
    if (error instanceof OpencodeRequestError && (error.status === 404 || error.status === 400)) return null;
    throw error;
  }
}

async function createSession({ generation, directory }: ConversationDeps): Promise<string> {
  return (await generation.client.createSession(directory)).id;
}
