import { AgentIcon } from "../../agents/agent-icon.tsx";
import { useHeldTasks } from "./use-held-tasks.ts";
import { useSendAnyway, type OpenTask } from "../../tasks/use-open-tasks.ts";
import { Button } from "../../ui/button.tsx";
import { Link } from "../../ui/browser/location.tsx";
import { explainHeld } from "../../usage/describe-budget.ts";
import { toSessionPath } from "../session-paths.ts";
import { useSessions } from "../use-sessions.ts";

/** The messages that a budget holds, in all sessions, each with the way to its chat and to send it anyway. Renders nothing without. */
export function HeldMessages() {
  const held = useHeldTasks();
  if (held.length === 0) return null;
  return (
    <ul aria-label="Held messages" className="mt-4 divide-y divide-line rounded-lg border border-line">
      {held.map((task) => (
        <HeldMessage key={task.id} task={task} />
      ))}
    </ul>
  );
}

function HeldMessage({ task: { id, sessionId, chatId, agent, text, overBudget } }: { task: OpenTask }) {
  const sendAnyway = useSendAnyway(sessionId);
  const session = useSessions()?.find((each) => each.id === sessionId);
  return (
    <li className="flex items-center gap-2 px-3 py-2">
      <AgentIcon agent={agent} size={14} />
      <span className="min-w-0 flex-1">
        <Link
          to={toSessionPath(sessionId, chatId)}
          title={`Open the chat${session ? ` in ${session.title}` : ""}`}
          className="block truncate rounded-sm underline-offset-2 hover:underline"
        >
          {text}
        </Link>
        <span className="block truncate text-xs text-muted">{overBudget && explainHeld(overBudget)}</span>
      </span>
      <Button size="sm" busy={sendAnyway.isPending} onClick={() => sendAnyway.mutate(id)}>
        Send anyway
      </Button>
    </li>
  );
}
