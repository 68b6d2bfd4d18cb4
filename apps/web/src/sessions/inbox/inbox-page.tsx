import type { Session } from "@boocode/shared/sessions/session";
import { useQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { AgentIcon } from "../../agents/agent-icon.tsx";
import { useAgents } from "../../agents/use-agents.ts";
import { useOpenPermissions } from "../../agents/use-permissions.ts";
import { trpc } from "../../api/trpc.ts";
import { PermissionView } from "../../chats/items/permission-item.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Link } from "../../ui/browser/location.tsx";
import { toCount } from "../../ui/labels.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useHeldTasks } from "./use-held-tasks.ts";
import { BareHeader } from "../bare-header.tsx";
import { toSessionPath } from "../session-paths.ts";
import { useProjects, useSessions } from "../use-sessions.ts";
import { HeldMessages } from "./held-messages.tsx";
import { mergeEntries, takeShown, type InboxEntry } from "./inbox-entries.ts";

/** Number of waiting questions shown at once. */
const SHOWN = 50;
const NOTHING: readonly InboxEntry[] = [];

/** The page of the questions that agents ask, in all sessions, each with its answers, and of the messages that a budget holds. */
export default function InboxPage({ onShowSidebar }: { onShowSidebar: (() => void) | null }) {
  const open = useOpenPermissions();
  const held = useHeldTasks().length;
  const [shown, setShown] = useState(NOTHING);
  const entries = open === undefined ? shown : mergeEntries(shown, open);
  if (entries !== shown) setShown(entries);
  const waiting = entries.filter(({ isOpen }) => isOpen).length;
  return (
    <main data-region="chat" tabIndex={-1} className="flex h-full flex-col overflow-auto outline-none">
      <BareHeader onShowSidebar={onShowSidebar} />
      <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col px-6 pb-12 max-sm:px-3">
        <h1 className="text-lg font-semibold tracking-tight">Inbox</h1>
        <p role="status" className="mt-1 text-muted">
          {open === undefined
            ? "Asking the daemon…"
            : waiting === 0
              ? `No agent waits for your answer.${held === 0 ? "" : ` ${toCount(held, "message")} held by a budget.`}`
              : `${toCount(waiting, "question")} from your agents. Their turns wait for your answer.`}
        </p>
        <HeldMessages />
        {open === undefined ? (
          <Skeleton className="mt-6 h-32 w-full" />
        ) : entries.length === 0 ? (
          held === 0 && (
            <EmptyState
              className="flex-1 pb-20"
              icon={<Inbox aria-hidden />}
              title="Nothing to answer"
              hint="What an agent asks in any session stands here, too, until it is answered."
            />
          )
        ) : (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- key events bubble up from the questions in it
          <ul aria-label="Questions" onKeyDown={moveAmongQuestions} className="mt-4 flex flex-col gap-5">
            {takeShown(entries, SHOWN).map((entry) => (
              <InboxRow key={entry.permission.id} entry={entry} />
            ))}
          </ul>
        )}
        {waiting > SHOWN && (
          <p className="mt-4 text-sm text-muted">{toCount(waiting - SHOWN, "more question")}, shown as you answer these.</p>
        )}
      </div>
    </main>
  );
}

function InboxRow({ entry: { permission, isOpen } }: { entry: InboxEntry }) {
  const { sessionId, chatId, agent, requestedAt } = permission;
  const session = useSessions()?.find(({ id }) => id === sessionId);
  const agentName = useAgents()?.find(({ id }) => id === agent)?.name ?? agent;
  const chats = useQuery(trpc.chats.list.queryOptions({ sessionId })).data;
  const chatTitle = chats?.find(({ id }) => id === chatId)?.title;
  const item = { ...permission, permissionId: permission.id, resolution: null };
  return (
    <li>
      <p className="mb-1.5 flex min-w-0 items-center gap-1.5 text-sm text-muted">
        <AgentIcon agent={agent} size={14} />
        <span className="shrink-0 font-medium text-ink">{agentName}</span>
        <span aria-hidden>·</span>
        <Link
          to={toSessionPath(sessionId, chatId)}
          title={`Open the chat${session ? ` in ${session.title}` : ""}`}
          className="min-w-0 truncate rounded-sm underline-offset-2 hover:text-ink hover:underline"
        >
          {toPlace(session, chatTitle)}
        </Link>
        <ProjectName session={session} />
        <RelativeTime at={requestedAt} className="tabular ml-auto shrink-0 pl-2 text-faint" />
      </p>
      <PermissionView item={item} agent={item.agent} isGone={!isOpen} />
    </li>
  );
}

function ProjectName({ session }: { session: Session | undefined }) {
  const project = useProjects()?.find(({ id }) => id === session?.projectId);
  if (!project) return null;
  return (
    <span className="flex max-w-40 min-w-0 shrink-2 gap-1.5 text-faint max-sm:hidden">
      <span aria-hidden>·</span>
      <span className="truncate">{project.name}</span>
    </span>
  );
}

const toPlace = (session: Session | undefined, chat: string | undefined): string =>
  [session?.title, chat === session?.title ? undefined : chat].filter((part) => part !== undefined).join(" / ") || "Open the chat";

/** Moves between questions with the up and down keys. */
function moveAmongQuestions(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step === undefined || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // In a command that scrolls, the keys scroll it.
  if (event.target instanceof HTMLElement && event.target.closest("pre, ul[aria-label='Files']")) return;
  const questions = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=group]")];
  const at = questions.findIndex((question) => question.contains(document.activeElement));
  const next = questions[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
