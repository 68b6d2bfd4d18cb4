import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import {
  type Attachment,
  type AttachmentTakes,
  type GivenAttachment,
  type GivenBecause,
  TAKES_WORDS,
} from "@boocode/shared/attachments/attachment";
import { type AttachmentDecision, decideAttachments } from "@boocode/shared/attachments/decide-attachment";
import type { GivenContent } from "@boocode/shared/attachments/given-content";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { AgentId, BlobId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { TaskDeps } from "../run-ports.ts";
import { toWholeText } from "../../../platform/to-whole-text.ts";

/** The contents of attached files. */
export interface AttachedFiles {
  /** Returns the bytes; null if they are not stored any more. */
  read(id: BlobId): Promise<Uint8Array | null>;
  /** Makes a copy that an agent can read, and returns its path. */
  place(id: BlobId, name: string): Promise<string>;
}

/** A file of a prompt, as its agent is given it, and as the journal is told. */
export interface TurnAttachment {
  content: GivenContent;
  given: GivenAttachment;
}

/** Reads the files of a prompt in the form that its agent takes. One that cannot be read is not given, and the journal says so. Never rejects. */
export async function giveAttachments(
  { blobs, logger }: Pick<TaskDeps, "logger"> & { blobs: AttachedFiles },
  { id: taskId, attachments, model }: Pick<Task, "id" | "attachments" | "model">,
  conversation: Pick<AgentConversation, "takes">,
): Promise<TurnAttachment[]> {
  if (attachments.length === 0) return [];
  const takes = (await conversation.takes?.(model)) ?? TAKES_WORDS;
  const decisions = decideAttachments(takes, attachments);
  return Promise.all(
    attachments.map((attachment, place) =>
      give({ blobs, takes }, attachment, decisions[place]!).catch((error: unknown) => {
        logger.warn({ err: error, taskId }, "An attached file could not be given to an agent");
        return notGiven(attachment, "failed");
      }),
    ),
  );
}

/** Builds the journal's event for the files of a prompt; null if it carries none. */
export function toGivenEvent(to: AgentId, attachments: readonly TurnAttachment[]): ChatEventBody | null {
  return attachments.length === 0 ? null : { type: "attachments.given", to, files: attachments.map(({ given }) => given) };
}

async function give(
  { blobs, takes }: { blobs: AttachedFiles; takes: AttachmentTakes },
  attachment: Attachment,
  decision: AttachmentDecision,
): Promise<TurnAttachment> {
  const { blobId, name, type } = attachment;
  const { how, because } = decision;
  if (how === "none") return notGiven(attachment, because);
  const content = await blobs.read(blobId);
  if (content === null) return notGiven(attachment, "gone");
  if (how === "path") {
    const path = await blobs.place(blobId, name);
    return { given: { name, how, because, isCut: false, path }, content: { name, type, how, path } };
  }
  // What it is given otherwise, it may want to copy into the worktree.
  const path = takes.paths ? await blobs.place(blobId, name).catch(() => null) : null;
  const given = { name, how, because, isCut: false, path };
  if (how === "image") return { given, content: { name, type, how, content, path } };
  const isCut = content.byteLength > decision.maxBytes;
  const text = toWholeText(content.subarray(0, decision.maxBytes));
  return { given: { ...given, isCut }, content: { name, type, how, isCut, text, path } };
}

function notGiven({ name, type }: Attachment, because: GivenBecause): TurnAttachment {
  const how = "none";
  return { given: { name, how, because, isCut: false, path: null }, content: { name, type, how, because } };
}
