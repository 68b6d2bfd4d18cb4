import type { AgentId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { AgentIcon } from "../agents/agent-icon.tsx";
import { FoundAgents, LookAgainButton } from "../agents/found-agents.tsx";
import { useAgents, withScripted } from "../agents/use-agents.ts";
import { Combobox } from "../ui/popups/combobox.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { Logo } from "../ui/logo.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { healthQuery } from "./health.ts";
import { AccessTokens } from "./access-tokens.tsx";
import { PermissionRules } from "./permission-rules.tsx";
import { RotateToken } from "./rotate-token.tsx";
import { useChangeSettings, useSettings } from "./use-settings.ts";
import { WorktreeList } from "./worktrees/worktree-list.tsx";

const THEMES = [
  { value: "system", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;
const DIFF_VIEWS = [
  { value: "unified", label: "Unified" },
  { value: "split", label: "Split" },
] as const;
/** The option in which no model is named and the agent uses its own default. */
const OWN_DEFAULT = "";

/** The settings dialog: the person's settings, access, and information about BooCode. */
export default function SettingsDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Settings" className="max-w-xl">
      <div className="flex flex-col gap-7">
        <Looks />
        <Defaults />
        <Section title="Agents" hint="The agents found on this machine, and how to install the others.">
          <FoundAgents />
          <LookAgainButton className="self-start" />
        </Section>
        <Section title="Access" hint="Browsers that may use this BooCode. Revoking one shuts it out at once.">
          <AccessTokens />
          <RotateToken />
        </Section>
        <Section
          title="Always allowed"
          hint="What agents may do without asking. A rule applies to one worktree; once removed, you are asked again."
        >
          <PermissionRules />
        </Section>
        <Section title="Worktrees" hint="What sessions keep on disk, and why.">
          <WorktreeList onLeave={() => onOpenChange(false)} />
        </Section>
        <About />
      </div>
    </Dialog>
  );
}

function Looks() {
  const settings = useSettings();
  const change = useChangeSettings();
  return (
    <Section title="Appearance">
      <Row label="Theme">
        <Segmented label="Theme" options={THEMES} value={settings?.theme ?? "system"} onChange={(theme) => change.mutate({ theme })} />
      </Row>
      <Row label="Diffs">
        <Segmented
          label="Diffs"
          options={DIFF_VIEWS}
          value={settings?.diffView ?? "unified"}
          onChange={(diffView) => change.mutate({ diffView })}
        />
      </Row>
    </Section>
  );
}

function Defaults() {
  const settings = useSettings();
  const change = useChangeSettings();
  const agents = useAgents() ?? [];
  const chosen = agents.find((agent) => agent.id === settings?.defaultAgent);
  const models = [
    { value: OWN_DEFAULT, label: "The agent's own default" },
    ...(chosen?.models ?? []).map((model) => ({ value: model.id, label: withScripted(model) })),
  ];
  return (
    <Section title="New chats" hint="The settings a new chat starts with. Each can be changed at any time.">
      <Row label="Agent">
        <Combobox
          label="Default agent"
          variant="field"
          side="bottom"
          value={settings?.defaultAgent ?? null}
          options={agents.map((agent) => ({
            value: agent.id,
            label: agent.name,
            hint: agent.available ? (agent.version ?? undefined) : "not available",
            disabled: !agent.available,
            icon: <AgentIcon agent={agent.id} size={14} />,
          }))}
          onChange={(agent) => change.mutate({ defaultAgent: agent as AgentId, defaultModel: OWN_DEFAULT })}
        />
      </Row>
      <Row label="Model">
        <Combobox
          label="Default model"
          variant="field"
          side="bottom"
          value={settings?.defaultModel ?? null}
          options={models}
          onChange={(defaultModel) => change.mutate({ defaultModel })}
        />
      </Row>
    </Section>
  );
}

function About() {
  const { data: health } = useQuery(healthQuery);
  return (
    <Section title="About">
      <div className="flex items-center gap-3">
        <Logo size={28} />
        <div>
          <p className="font-medium">BooCode {health?.version}</p>
          <p className="text-muted">
            {health
              ? health.status === "ok"
                ? "The daemon is healthy."
                : "The daemon is running, but something in it is not working."
              : "Asking the daemon…"}
          </p>
        </div>
      </div>
    </Section>
  );
}

function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="font-medium">
        {title}
      </h3>
      {hint && <p className="text-muted">{hint}</p>}
      <div className="mt-2.5 flex flex-col gap-2.5">{children}</div>
    </section>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-8 items-center gap-4">
      <span className="w-20 shrink-0 text-muted">{label}</span>
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
