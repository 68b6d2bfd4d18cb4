import { accessRouter } from "./access-router.ts";
import { agentSessionsRouter, agentsRouter } from "./agents-router.ts";
import { chatsRouter } from "./chats-router.ts";
import { eventsRouter } from "./events-router.ts";
import { pendingChangesRouter } from "./pending-changes-router.ts";
import { permissionsRouter } from "./permissions-router.ts";
import { projectsRouter } from "./projects-router.ts";
import { sessionsRouter } from "./sessions-router.ts";
import { settingsRouter } from "./settings-router.ts";
import { tasksRouter } from "./tasks-router.ts";
import { router } from "./trpc.ts";
import { worktreeRiskRouter } from "./worktree-risk-router.ts";

/** The whole contract, one noun a line. */
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
  settings: settingsRouter,
  access: accessRouter,
  events: eventsRouter,
});

export type AppRouter = typeof appRouter;
