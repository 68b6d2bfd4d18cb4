import { accessRouter } from "./routers/access-router.ts";
import { agentSessionsRouter, agentsRouter } from "./routers/agents-router.ts";
import { chatsRouter } from "./routers/chats-router.ts";
import { eventsRouter } from "./routers/events-router.ts";
import { pendingChangesRouter } from "./routers/pending-changes-router.ts";
import { permissionsRouter } from "./routers/permissions-router.ts";
import { projectsRouter } from "./routers/projects-router.ts";
import { sessionsRouter } from "./routers/sessions-router.ts";
import { settingsRouter } from "./routers/settings-router.ts";
import { filesRouter } from "./routers/files-router.ts";
import { gitRouter } from "./routers/git-router.ts";
import { searchRouter } from "./routers/search-router.ts";
import { skillsRouter } from "./routers/skills-router.ts";
import { tasksRouter } from "./routers/tasks-router.ts";
import { terminalsRouter } from "./routers/terminals-router.ts";
import { trashRouter } from "./routers/trash-router.ts";
import { router } from "./trpc.ts";
import { usageRouter } from "./routers/usage-router.ts";
import { worktreeRiskRouter } from "./routers/worktree-risk-router.ts";

/** The root router, with one line per noun. */
export const appRouter = router({
  projects: projectsRouter,
  sessions: sessionsRouter,
  chats: chatsRouter,
  tasks: tasksRouter,
  agents: agentsRouter,
  agentSessions: agentSessionsRouter,
  permissions: permissionsRouter,
  pendingChanges: pendingChangesRouter,
  worktreeRisk: worktreeRiskRouter,
  git: gitRouter,
  search: searchRouter,
  skills: skillsRouter,
  files: filesRouter,
  terminals: terminalsRouter,
  trash: trashRouter,
  usage: usageRouter,
  settings: settingsRouter,
  access: accessRouter,
  events: eventsRouter,
});

export type AppRouter = typeof appRouter;
