import { orderProjects } from "@boocode/shared/projects/order-projects";
import type { Project } from "@boocode/shared/projects/project";
import type { Session } from "@boocode/shared/sessions/session";

export interface ProjectSessions {
  project: Project;
  sessions: readonly Session[];
}

/**
 * Groups sessions by project, so that nothing moves while agents work: projects in the order of the person's, else by their creation, and
 * sessions by the person's last prompt. A search keeps sessions whose title contains every word of the query, and all sessions of a project
 * whose name contains them. It leaves out projects without a match.
 */
export function findSessions(
  projects: readonly Project[],
  order: readonly string[],
  sessions: readonly Session[],
  query: string,
): ProjectSessions[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const ordered = sessions.toSorted((a, b) => b.lastPromptAt - a.lastPromptAt || (a.id < b.id ? 1 : -1));
  return orderProjects(projects, order)
    .map((project) => {
      const own = ordered.filter((session) => session.projectId === project.id);
      return { project, sessions: has(project.name) ? own : own.filter((session) => has(session.title)) };
    })
    .filter((group) => words.length === 0 || group.sessions.length > 0);
}

/** The session `step` places from the open one, in the order of the list; null at its ends, and if none is open there. */
export function findNeighbour(groups: readonly ProjectSessions[], openSessionId: string | null, step: -1 | 1): Session | null {
  const all = groups.flatMap(({ sessions }) => sessions.filter(({ archived, id }) => !archived || id === openSessionId));
  const at = all.findIndex(({ id }) => id === openSessionId);
  return (at === -1 ? all.at(step === 1 ? 0 : -1) : all[at + step]) ?? null;
}
