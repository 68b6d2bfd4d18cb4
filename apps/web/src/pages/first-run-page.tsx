import { useMutation } from "@tanstack/react-query";
import { FlaskConical, FolderGit2 } from "lucide-react";
import type { ReactNode } from "react";
import { FoundAgents, LookAgainButton } from "../agents/found-agents.tsx";
import { trpcClient } from "../api/trpc.ts";
import { OpenRepository } from "../sessions/opening/open-repository.tsx";
import { startSession } from "../sessions/use-sessions.ts";
import { Button } from "../ui/button.tsx";
import { Logo } from "../ui/logo.tsx";

/** The page for someone without projects: the two ways to begin, and the agents found on this machine. */
export default function FirstRunPage() {
  const demo = useMutation({
    mutationFn: async () => {
      const project = await trpcClient.projects.addDemo.mutate();
      await startSession(project.id);
    },
  });

  return (
    <main data-region="chat" tabIndex={-1} className="h-full overflow-auto outline-none">
      {/* Aligned to the top: if centred, each list that loads would move the content under the pointer. */}
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
              A small sample repository with a scripted offline model. It needs no key, and it is not a real AI.
            </p>
            <Button busy={demo.isPending} onClick={() => demo.mutate()}>
              Try the demo project
            </Button>
          </div>
        </Section>

        <section className="mt-6">
          <div className="mb-1 flex items-center gap-2">
            <h2 className="font-medium">Agents on this machine</h2>
            <LookAgainButton className="ml-auto -mr-2" />
          </div>
          <FoundAgents />
        </section>
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
