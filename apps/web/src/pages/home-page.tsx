import { FolderGit2 } from "lucide-react";
import { BareHeader } from "../sessions/bare-header.tsx";
import { useProjects, useStartSession } from "../sessions/use-sessions.ts";
import { Badge } from "../ui/badge.tsx";

/** The page without an open session: the projects, where one click starts a session. */
export default function HomePage({ onShowSidebar }: { onShowSidebar: (() => void) | null }) {
  const projects = useProjects() ?? [];
  const start = useStartSession();
  return (
    <main data-region="chat" tabIndex={-1} className="flex h-full flex-col overflow-auto outline-none">
      <BareHeader onShowSidebar={onShowSidebar} />
      <div className="mx-auto flex w-full max-w-md flex-1 flex-col justify-center px-6 pb-20">
        <h1 className="text-lg font-semibold tracking-tight">Start a session</h1>
        <p className="mt-1 text-muted">A session is a place to work, with its own worktree. Choose its project.</p>
        <ul className="mt-4 flex flex-col gap-1.5">
          {projects.map((project) => (
            <li key={project.id}>
              <button
                type="button"
                disabled={start.isPending}
                onClick={() => start.mutate(project.id)}
                className="flex h-12 w-full items-center gap-3 rounded-lg border border-line px-3 text-left transition-colors hover:bg-hover disabled:opacity-60"
              >
                <FolderGit2 aria-hidden className="size-4 shrink-0 text-muted" />
                <span className="min-w-0 flex-1">
                  <span className="flex items-center gap-2 font-medium">
                    <span className="truncate" title={project.name}>
                      {project.name}
                    </span>
                    {project.isDemo && <Badge>demo</Badge>}
                  </span>
                  <span className="block truncate text-sm text-faint" title={project.path}>
                    {project.path}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </main>
  );
}
