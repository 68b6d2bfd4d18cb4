import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { AgentConversation, History, PromptInput } from "@boocode/shared/agents/agent-backend";
import type { AgentSessionRecord } from "@boocode/shared/agents/agent-session-record";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { Task } from "@boocode/shared/tasks/task";
import { type GatheredHandoff, gatherHandoff, toHandoffEvent, toMemory } from "./gather-handoff.ts";
import { type CommandNames, isToldBefore } from "../is-told-before.ts";
import type { TaskDeps } from "../run-ports.ts";
import { type AttachedFiles, giveAttachments, toGivenEvent, type TurnAttachment } from "./turn-attachments.ts";
import { type KnownFiles, readMentions, toGoneNotice, type TurnMentions } from "./turn-mentions.ts";
import { type GivenSkill, readTurnSkill, type SkillFinder, type SkillPlace, withSkill } from "./turn-skill.ts";

export interface TurnHandoffDeps extends TaskDeps {
  history: History;
  commands: CommandNames;
  skills: SkillFinder;
  files: KnownFiles;
  blobs: AttachedFiles;
}

const NOTHING: GatheredHandoff = { continuity: "resumed", turns: 0, text: "", shortened: 0, leftOut: 0, from: [] };

/** What one turn's agent is told of its chat. */
export class TurnHandoff {
  readonly #deps: TurnHandoffDeps;
  #task: Task;
  #handoff = NOTHING;
  #contextSize: number | null = null;
  #isRetold = false;
  #isTold = true;
  #skill: GivenSkill | null = null;
  #mentions: TurnMentions = { files: [], gone: [] };
  #attachments: readonly TurnAttachment[] = [];

  constructor(deps: TurnHandoffDeps, task: Task) {
    this.#deps = deps;
    this.#task = task;
  }

  /** Whether the agent asked for the whole chat in the middle of the turn. */
  get isRetold(): boolean {
    return this.#isRetold;
  }

  /** Whether the agent is told in this turn what it has missed. */
  get isTold(): boolean {
    return this.#isTold;
  }

  /** What the journal is told of the prompt itself: how its files are given, the skill that it calls, and what it mentions and is gone. */
  get told(): ChatEventBody[] {
    return [toGivenEvent(this.#task.agent, this.#attachments), this.#skill, toGoneNotice(this.#mentions)].filter((body) => body !== null);
  }

  /** The prompt that was read. */
  get prompt(): Pick<Task, "text" | "attachments"> {
    return this.#task;
  }

  /** Reads the skill that the prompt, as it is now, calls, and looks which files it mentions. Faults: `skill_unusable`. */
  async readPrompt({ text, kind, attachments }: Pick<Task, "text" | "kind" | "attachments">, place: SkillPlace): Promise<void> {
    const { skills, files } = this.#deps;
    this.#task = { ...this.#task, text, kind, attachments };
    this.#skill = await readTurnSkill(skills, this.#task, place);
    this.#mentions = await readMentions(files, this.#task, place.worktree.path);
  }

  /** Works out what the agent is told, once its conversation is open. */
  async prepare(record: AgentSessionRecord | null, conversation: AgentConversation): Promise<GatheredHandoff> {
    this.#contextSize = record?.contextSize ?? null;
    this.#attachments = await giveAttachments(this.#deps, this.#task, conversation);
    const memory = toMemory(record, conversation);
    this.#isTold = await isToldBefore(this.#deps.commands, this.#task, conversation);
    const place = { ...this.#place(), contextSize: this.#contextSize };
    const gathered = await gatherHandoff(this.#deps, place, memory, this.#isTold && conversation.continuity !== "history");
    this.#handoff = this.#isTold ? gathered : { ...NOTHING, continuity: gathered.continuity };
    return this.#handoff;
  }

  /** The parts of the prompt's input that tell it. */
  toPrompt(): Pick<PromptInput, "handover" | "retell" | "files" | "attachments"> {
    const { text } = this.#handoff;
    const { files } = this.#mentions;
    const told = withSkill({ ...(text === "" ? {} : { handover: text }), retell: () => this.#retell() }, this.#skill);
    const attachments = this.#attachments.map(({ content }) => content);
    return { ...told, ...(files.length === 0 ? {} : { files }), ...(attachments.length === 0 ? {} : { attachments }) };
  }

  async #retell(): Promise<string | null> {
    const { db, time } = this.#deps;
    const { id: taskId, chatId, sessionId, agent } = this.#task;
    const whole = await gatherHandoff(this.#deps, { ...this.#place(), contextSize: this.#contextSize }, { kind: "none" }, true);
    if (whole.text === "") return null;
    const body = toHandoffEvent(agent, whole, true);
    await db.write("normal", (tx, announce) => appendChatEvents(tx, announce, sessionId, [{ chatId, taskId, at: time.now(), body }]));
    this.#isRetold = true;
    return whole.text;
  }

  #place() {
    const { id: taskId, chatId, agent } = this.#task;
    return { taskId, chatId, agent };
  }
}
