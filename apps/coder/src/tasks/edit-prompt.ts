import { findAttachments, setBlobUses } from "@boocode/db/stores/chats/blob-store";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import { findTask, updateTask } from "@boocode/db/stores/chats/task-store";
import type { AttachmentInput } from "@boocode/shared/attachments/attachment";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { SessionId, TaskId } from "@boocode/shared/ids";
import { decideEditPrompt } from "@boocode/shared/tasks/decide-edit-prompt";
import { type Callable, decideEditedKind } from "@boocode/shared/tasks/decide-edited-kind";
import type { KnownSkills } from "@boocode/shared/skills/skill";
import type { Task } from "@boocode/shared/tasks/task";
import type { CommandNames } from "./run/is-told-before.ts";
import type { TaskDeps } from "./run/run-ports.ts";

export interface EditPromptDeps extends TaskDeps {
  commands: CommandNames;
  skills: { list(sessionId: SessionId): Promise<Pick<KnownSkills, "skills">> };
}

/** What a queued prompt becomes. `attachments`: the files that it then carries; absent: those that it has. */
interface PromptEdit {
  text: string;
  attachments?: readonly AttachmentInput[] | undefined;
}

/**
 * Replaces the text and the files of a queued prompt. The journal records the prompt as accepted again, which replaces the item's content and keeps its
 * position. What it calls with a slash is looked up anew.
 *
 * Faults: `task_not_found`, `task_not_queued`, `prompt_empty`, `prompt_too_large`, `blob_not_found`, `attachments_too_large`, `too_many`.
 */
export async function editPrompt(deps: EditPromptDeps, taskId: TaskId, { text, attachments: wanted }: PromptEdit): Promise<Task> {
  const at = deps.time.now();
  const known = await findTask(deps.db.read, taskId);
  const callable = known === null || !text.startsWith("/") ? NOTHING : await readCallable(deps, known);
  return deps.db.write("full", async (tx, announce) => {
    const queued = await findTask(tx, taskId);
    const named = wanted ?? queued?.attachments ?? [];
    const found = await findAttachments(tx, named);
    const decision = decideEditPrompt({ task: queued, attachments: found }, { taskId, text, attachments: named });
    if (decision.kind === "refuse") throw new DomainError(decision.fault);
    if (queued === null) throw new DomainError({ kind: "task_not_found", taskId });
    if (decision.kind === "unchanged") return queued;
    const { promptId, agent, model, mode, chatId, sessionId } = queued;
    const kind = decideEditedKind(queued, text, callable);
    const attachments = found.filter((attachment) => attachment !== null);
    const carried = attachments.length === 0 ? {} : { attachments };
    const body = { type: "prompt.accepted" as const, promptId, agent, model, mode, kind, text, ...carried };
    await appendChatEvents(tx, announce, sessionId, [{ chatId, taskId, at, body }]);
    announce.changed("tasks", [taskId], sessionId);
    await setBlobUses(
      tx,
      taskId,
      attachments.map(({ blobId }) => blobId),
    );
    const edited = await updateTask(tx, taskId, { text, kind, attachments });
    if (edited === null) throw new DomainError({ kind: "task_not_found", taskId });
    return edited;
  });
}

const NOTHING: Callable = { commands: null, skills: [] };

async function readCallable({ commands, skills }: EditPromptDeps, { chatId, sessionId, agent }: Task): Promise<Callable> {
  const [names, { skills: usable }] = await Promise.all([commands.namesOf(chatId, agent), skills.list(sessionId)]);
  return { commands: names, skills: usable };
}
