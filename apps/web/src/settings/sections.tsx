import type { ReactNode } from "react";
import { FoundAgents, LookAgainButton } from "../agents/found-agents.tsx";
import { About } from "./about.tsx";
import { AccessTokens } from "./access-tokens.tsx";
import { WarmList } from "./agents/warm-list.tsx";
import { ChatSettings } from "./chat-settings.tsx";
import { EndpointList } from "./endpoints/endpoint-list.tsx";
import { LimitSettings } from "./limit-settings.tsx";
import { LookSettings } from "./look-settings.tsx";
import { NoticeSettings } from "./notice-settings.tsx";
import { PermissionRules } from "./permission-rules.tsx";
import { RotateToken } from "./rotate-token.tsx";
import { Section } from "./section.tsx";
import { UsageSettings } from "./usage-settings.tsx";
import { WorktreeList } from "./worktrees/worktree-list.tsx";

/** A section of the settings. */
export interface SettingsSection {
  /** Its part of the address. */
  id: string;
  title: string;
  /** What else it is looked for by. */
  words: string;
  content: ReactNode;
}

/** All sections, in their order. */
export const SECTIONS: readonly [SettingsSection, ...SettingsSection[]] = [
  { id: "appearance", title: "Appearance", words: "theme dark light system diffs unified split", content: <LookSettings /> },
  {
    id: "chats",
    title: "Chats",
    words: "new chats default agent model usage limits continue",
    content: (
      <>
        <ChatSettings />
        <LimitSettings />
      </>
    ),
  },
  { id: "notifications", title: "Notifications", words: "browser background sound done needs you", content: <NoticeSettings /> },
  {
    id: "agents",
    title: "Agents",
    words: "install update version diagnosis memory warm suspend opencode goose qwen claude codex gemini pi",
    content: (
      <>
        <Section title="On this machine" hint="The agents found here, and how to install the others.">
          <FoundAgents />
          <LookAgainButton className="self-start" />
        </Section>
        <Section title="In memory" hint="An agent's process stays after its turn, so that the next one begins at once.">
          <WarmList />
        </Section>
      </>
    ),
  },
  {
    id: "models",
    title: "Models",
    words: "endpoints servers keys openai ollama llama.cpp vllm openrouter address test",
    content: (
      <Section
        title="Endpoints"
        hint="Servers that speak OpenAI's interface: llama.cpp, Ollama, vLLM, OpenRouter and others. BooCode, opencode, goose and Qwen Code can use their models."
      >
        <EndpointList />
      </Section>
    ),
  },
  { id: "usage", title: "Usage and budgets", words: "tokens cost day session time zone", content: <UsageSettings /> },
  {
    id: "permissions",
    title: "Permissions",
    words: "always allowed rules commands ask",
    content: (
      <Section
        title="Always allowed"
        hint="What agents may do without asking. A rule applies to one worktree; once removed, you are asked again."
      >
        <PermissionRules />
      </Section>
    ),
  },
  {
    id: "worktrees",
    title: "Worktrees",
    words: "disk size stashes set aside remove clean up repair",
    content: (
      <Section title="On disk" hint="What sessions keep on disk, and why.">
        <WorktreeList />
      </Section>
    ),
  },
  {
    id: "access",
    title: "Access",
    words: "browsers tokens revoke rotate address",
    content: (
      <Section title="Browsers" hint="Browsers that may use this BooCode. Revoking one shuts it out at once.">
        <AccessTokens />
        <RotateToken />
      </Section>
    ),
  },
  { id: "about", title: "About", words: "version health daemon", content: <About /> },
];
