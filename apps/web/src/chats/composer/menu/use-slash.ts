import { decideSlash, type SlashMeaning } from "@boocode/shared/agents/commands/decide-slash";
import { isNameMeant, rankNames } from "@boocode/shared/agents/commands/rank-names";
import type { KnownCommands } from "@boocode/shared/agents/commands/slash-command";
import type { Chat } from "@boocode/shared/chats/chat";
import { AgentId } from "@boocode/shared/ids";
import type { KnownSkills } from "@boocode/shared/skills/skill";
import { useQuery } from "@tanstack/react-query";
import { queryClient, trpc } from "../../../api/trpc.ts";
import { toCount } from "../../../ui/labels.ts";
import type { Suggestions } from "./suggestion.ts";

/** The agent that a prompt goes to. */
interface SlashPlace {
  chat: Pick<Chat, "id" | "agent" | "sessionId">;
  agent: string;
  agentName: string;
}

interface Slash {
  /** Resolves with what the written text means, once that is known. Never rejects. */
  settle: () => Promise<SlashMeaning>;
  /** Says what will happen; null if there is nothing to say. */
  words: string | null;
  suggest: (query: string) => Suggestions | null;
}

const NO_COMMANDS: KnownCommands = { isKnown: false, commands: [] };
const NO_SKILLS: KnownSkills = { skills: [], problems: [], isWithheld: false };

/** What can be called with a slash, and what the written text calls. Asks only once the text begins with a slash. */
export function useSlash({ chat, agent, agentName }: SlashPlace, text: string): Slash {
  const enabled = text.startsWith("/");
  const place = { chatId: chat.id, ...(agent === chat.agent ? {} : { agent: AgentId.parse(agent) }) };
  // Both may come from files: they are read anew whenever a slash is typed.
  const agentOptions = trpc.agents.commands.queryOptions(place, { enabled, staleTime: 0 });
  const sessionOptions = trpc.skills.list.queryOptions({ sessionId: chat.sessionId }, { enabled, staleTime: 0 });
  const ofAgent = useQuery(agentOptions);
  const ofSession = useQuery(sessionOptions);
  const known = ofAgent.data ?? NO_COMMANDS;
  const { skills, problems, isWithheld } = ofSession.data ?? NO_SKILLS;
  const isLoaded = ofAgent.data !== undefined && !ofSession.isPending;
  const meaning = isLoaded ? decideSlash(text, known, skills) : null;
  return {
    settle: async () => {
      if (meaning || !enabled) return meaning ?? { kind: "none" };
      // Sent before the answers came: a skill must not go as plain text.
      const [commands, list] = await Promise.all([
        queryClient.ensureQueryData(agentOptions).catch(() => NO_COMMANDS),
        queryClient.ensureQueryData(sessionOptions).catch(() => NO_SKILLS),
      ]);
      return decideSlash(text, commands, list.skills);
    },
    words: meaning && describeMeaning(meaning, agentName),
    suggest: (query) => {
      if (!isLoaded) return null;
      const commands = rankNames(known.commands, query).map(({ name, description, hint }) => ({
        id: `command ${name}`,
        label: `/${name}`,
        words: `/${name}`,
        isGuess: !isNameMeant(name, query),
        ...(hint ? { hint } : {}),
        ...(description ? { detail: description } : {}),
      }));
      const own = skills.filter(({ name }) => !known.commands.some((command) => command.name === name));
      const offered = rankNames(own, query).map(({ name, description, origin }) => ({
        id: `skill ${name}`,
        label: `/${name}`,
        words: `/${name}`,
        isGuess: !isNameMeant(name, query),
        origin,
        ...(description ? { detail: description } : {}),
      }));
      const notes = [
        isWithheld ? "This project's skills can be used once you trust it." : null,
        describeProblems(problems),
        known.commands.length + skills.length === 0 ? describeNothing(known, agentName) : null,
      ];
      const note = query === "" ? notes.filter((each) => each !== null).join(" ") : "";
      const groups = [
        { heading: `Commands of ${agentName}`, suggestions: commands },
        { heading: "Skills", suggestions: offered },
      ];
      return { label: "Commands and skills", groups, note: note === "" ? null : note };
    },
  };
}

/** The most problems that are named; the others are counted. */
const MAX_NAMED = 2;

function describeProblems(problems: KnownSkills["problems"]): string | null {
  if (problems.length === 0) return null;
  const named = problems.slice(0, MAX_NAMED).map(({ path, reason }) => `${path}: ${reason}.`);
  const more = problems.length - named.length;
  return [`${toCount(problems.length, "skill")} cannot be used.`, ...named, ...(more > 0 ? [`And ${more} more.`] : [])].join(" ");
}

function describeNothing({ isKnown }: KnownCommands, agentName: string): string {
  return isKnown ? `${agentName} has no commands of its own.` : `${agentName} has not said yet which commands it has.`;
}

/** Says what will happen to a prompt that begins with a slash; null if it is a prompt like any other. */
function describeMeaning(meaning: SlashMeaning, agentName: string): string | null {
  if (meaning.kind === "none") return null;
  if (meaning.kind === "command") return `${agentName} runs /${meaning.name} itself`;
  if (meaning.kind === "skill") return `Skill from ${meaning.origin}: ${agentName} is given its instructions with your words`;
  const why = meaning.isSure ? "has no such command" : "has not said which commands it has";
  return `${agentName} ${why}: /${meaning.name} is sent as plain text`;
}
