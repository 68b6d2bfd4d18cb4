import type { PromptInput } from "@boocode/shared/agents/agent-backend";
import { toCommandCall } from "@boocode/shared/agents/commands/slash-command";
import { EVENT_LIMITS } from "@boocode/shared/agents/event-limits";
import { toHandover } from "@boocode/shared/agents/handoff/handover-frame";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import { tellSkill, type UsableSkill } from "@boocode/shared/skills/decide-skills";
import { SkillName } from "@boocode/shared/skills/skill";
import type { Task } from "@boocode/shared/tasks/task";
import { cutText } from "@boocode/shared/text/cut-text";
import type { Worktree } from "@boocode/shared/worktrees/worktree";

/** Where a skill is used. */
export interface SkillPlace {
  worktree: Worktree;
  /** Whether the project was trusted when the turn was prepared. */
  projectTrusted: boolean;
}

/** Finds skills for turns. */
export interface SkillFinder {
  /** Faults: `skill_unusable`. */
  find(place: SkillPlace, name: string): Promise<UsableSkill>;
}

/** What an agent is given of the skill that its prompt calls: the journal's event, with exactly the text. */
export type GivenSkill = Extract<ChatEventBody, { type: "skill.given" }>;

/**
 * Reads the skill that a prompt calls; null if it calls none, as a prompt that was edited in the queue may no longer do. Faults:
 * `skill_unusable`.
 */
export async function readTurnSkill(
  skills: SkillFinder,
  { kind, text }: Pick<Task, "kind" | "text">,
  place: SkillPlace,
): Promise<GivenSkill | null> {
  const call = kind === "skill" ? toCommandCall(text) : null;
  if (call === null || !SkillName.safeParse(call.name).success) return null;
  const skill = await skills.find(place, call.name);
  const { name } = skill.content;
  return { type: "skill.given", name, path: cutText(skill.path, EVENT_LIMITS.path), text: toHandover(tellSkill(skill)) };
}

/** Adds a skill to what an agent is told in front of its prompt, behind what it has missed of the chat. */
export function withSkill(
  told: Pick<PromptInput, "handover" | "retell">,
  skill: GivenSkill | null,
): Pick<PromptInput, "handover" | "retell"> {
  if (skill === null) return told;
  const add = (handover: string | null | undefined) => (handover ? `${handover}\n\n${skill.text}` : skill.text);
  return { handover: add(told.handover), retell: async () => add(await told.retell?.()) };
}
