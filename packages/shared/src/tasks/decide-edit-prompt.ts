import type { Attachment } from "../attachments/attachment.ts";
import { hasSameAttachments } from "../attachments/has-same-attachments.ts";
import { refuseAttachments } from "../chats/decide-send-prompt.ts";
import { countUtf8Bytes } from "../chats/count-utf8-bytes.ts";
import { type Refusal, refuse } from "../faults/domain-error.ts";
import type { TaskId } from "../ids.ts";
import { MAX_PROMPT_BYTES, type Task } from "./task.ts";

/** Decides whether a queued prompt may be edited. `attachments`: the files that it is to carry, as they are stored; null for one that is not. Once its task has started, the text is final. */
export function decideEditPrompt(
  state: { task: Pick<Task, "state" | "text" | "attachments"> | null; attachments: readonly (Attachment | null)[] },
  input: { taskId: TaskId; text: string; attachments: readonly Pick<Attachment, "blobId">[] },
): { kind: "accept" } | { kind: "unchanged" } | Refusal {
  const { task } = state;
  if (task === null) return refuse({ kind: "task_not_found", taskId: input.taskId });
  if (task.state !== "queued") return refuse({ kind: "task_not_queued", taskId: input.taskId, state: task.state });
  if (input.text.trim() === "" && state.attachments.length === 0) return refuse({ kind: "prompt_empty" });
  const bytes = countUtf8Bytes(input.text);
  if (bytes > MAX_PROMPT_BYTES) return refuse({ kind: "prompt_too_large", bytes, maxBytes: MAX_PROMPT_BYTES });
  const refusal = refuseAttachments(state.attachments, input.attachments);
  if (refusal !== null) return refusal;
  const found = state.attachments.filter((attachment) => attachment !== null);
  return { kind: task.text === input.text && hasSameAttachments(task.attachments, found) ? "unchanged" : "accept" };
}
