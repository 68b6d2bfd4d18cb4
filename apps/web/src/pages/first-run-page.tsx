import type { Agent } from "@boocode/shared/agents/agent";
import { useMutation } from "@tanstack/react-query";
import { FlaskConical, FolderGit2 } from "lucide-react";
import type { ReactNode } from "react";
import { AgentIcon } from "../agents/agent-icon.tsx";
import { useAgents } from "../agents/use-agents.ts";
import { trpc, trpcClient } from "../api/trpc.ts";
import { OpenRepository } from "../sessions/open-repository.tsx";
import { startSession } from "../sessions/use-sessions.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Logo } from "../ui/logo.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

/** What someone sees who has no project yet: the two ways to begin, and what was found on this machine. */
export default function FirstRunPage() {
  const demo = useMutation({
    mutationFn: async () => {
      const project = await trpcClient.projects.addDemo.mutate();
      await startSession(project.id);
    },
  });

  return (
    <main data-region="chat" tabIndex={-1} className="h-full overflow-auto outline-none">
      {/* From the top: in the middle, every list that arrives would move what the pointer is over. */}
      <div className="mx-auto flex w-full max-w-xl flex-col px-6 py-12">
        <Logo size={36} />
        <h1 className="mt-4 text-xl font-semibold tracking-tight">Welcome to BooCode</h1>
        <p className="mt-1 text-md text-muted">
          Run coding agents over your repositories. Each works in a worktree of its own; nothing of yours changes until you say so.
        </p>

        <Section icon={<FolderGit2 aria-hidden />} title="Open a repository">
          <OpenRepository />
        </Section>

        <Section icon={<FlaskConical aria-hidden />} title="Or look around first">
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <p className="min-w-60 flex-1 text-muted">
              A small sample repository with a demo model that is offline and scripted: it needs no key, and it is no real intelligence.
            </p>
            <Button busy={demo.isPending} onClick={() => demo.mutate()}>
              Try the demo project
            </Button>
          </div>
        </Section>

        <FoundAgents />
      </div>
    </main>
  );
}

function Section({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <section className="mt-6">
      <h2 className="mb-2 flex items-center gap-2 font-medium [&>svg]:size-4 [&>svg]:text-muted">
        {icon}
        {title}
      </h2>
      {children}
    </section>
  );
}

function FoundAgents() {
  const agents = useAgents();
  const refresh = useMutation(trpc.agents.refresh.mutationOptions());
  return (
    <section className="mt-6">
      <div className="mb-1 flex items-center gap-2">
        <h2 className="font-medium">Agents on this machine</h2>
        <Button size="sm" variant="quiet" className="ml-auto -mr-2" busy={refresh.isPending} onClick={() => refresh.mutate()}>
          Look again
        </Button>
      </div>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {agents
          ?.toSorted((a, b) => Number(b.available) - Number(a.available))
          .map((agent) => (
            <FoundAgent key={agent.id} agent={agent} />
          ))}
        {!agents &&
          ["w-40", "w-52", "w-36"].map((width) => (
            <li key={width} className="flex h-9 items-center px-3">
              <Skeleton className={`h-3.5 ${width}`} />
            </li>
          ))}
      </ul>
    </section>
  );
}

function FoundAgent({ agent }: { agent: Agent }) {
  const isScriptedOnly = agent.models.length > 0 && agent.models.every((model) => model.isScripted);
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-2.5 gap-y-1 px-3 py-1.5">
      <AgentIcon agent={agent.id} size={16} className={agent.available ? "" : "opacity-50"} />
      <span className={agent.available ? "font-medium" : "text-muted"}>{agent.name}</span>
      {agent.version && <span className="tabular text-sm text-faint">{agent.version}</span>}
      {isScriptedOnly && <Badge>demo model only</Badge>}
      <span className="ml-auto flex min-w-0 items-center gap-1">
        {agent.available && <span className="text-sm text-added">ready</span>}
        {!agent.available && agent.installHint && (
          <>
            <code className="min-w-0 truncate text-sm text-muted">{agent.installHint}</code>
            <CopyButton text={agent.installHint} label={`Copy how to install ${agent.name}`} className="-mr-1.5" />
          </>
        )}
        {!agent.available && !agent.installHint && <span className="truncate text-sm text-faint">{agent.diagnosis}</span>}
      </span>
    </li>
  );
}
