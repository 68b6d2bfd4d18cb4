import type { Project } from "@boocode/shared/projects/project";
import type { Session } from "@boocode/shared/sessions/session";

export interface ProjectSessions {
  project: Project;
  sessions: readonly Session[];
}

/**
 * Sessions under their projects, both in order of their newest activity. A search keeps the sessions whose title has every word
 * of it, and all sessions of a project whose name has them; projects without any are left out then.
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
