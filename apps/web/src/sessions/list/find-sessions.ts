import type { Project } from "@boocode/shared/projects/project";
import type { Session } from "@boocode/shared/sessions/session";

export interface ProjectSessions {
  project: Project;
  sessions: readonly Session[];
}

/**
 * Groups sessions by project, both ordered by newest activity. A search keeps sessions whose title contains every word of the
 * query, and all sessions of a project whose name contains them. It leaves out projects without a match.
 */
export function findSessions(projects: readonly Project[], sessions: readonly Session[], query: string): ProjectSessions[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const newest = (group: ProjectSessions) => group.sessions[0]?.lastActivityAt ?? group.project.createdAt;
  return projects
    .map((project) => {
      const own = sessions.filter((session) => session.projectId === project.id);
      return { project, sessions: has(project.name) ? own : own.filter((session) => has(session.title)) };
    })
    .filter((group) => words.length === 0 || group.sessions.length > 0)
    .toSorted((a, b) => newest(b) - newest(a));
}
