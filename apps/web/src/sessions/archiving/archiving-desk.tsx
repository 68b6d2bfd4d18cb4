import type { SessionId } from "@boocode/shared/ids";
import type { Session } from "@boocode/shared/sessions/session";
import { createContext, type ReactNode, Suspense, useContext, useState } from "react";
import { queryClient, trpc } from "../../api/trpc.ts";
import { useArchiveSession } from "../use-sessions.ts";
import { endsSomething, type Running } from "./describe-archiving.ts";
import { later } from "../../ui/browser/later.ts";

const ArchiveDialog = later(() => import("./archive-dialog.tsx"));

type Archiving = (session: Pick<Session, "id" | "title">, archived: boolean) => void;
/** What archiving would end. */
interface Found {
  running: Running;
  programs: { pid: number; command: string }[];
}

const Desk = createContext<Archiving>(() => undefined);

/** Provides archiving to everything below, and asks first where it would end running programs. */
export function ArchivingDesk({ children }: { children: ReactNode }) {
  const archive = useArchiveSession();
  const [asked, setAsked] = useState<(Found & { session: Pick<Session, "id" | "title"> }) | null>(null);
  const begin: Archiving = (session, archived) => void look(session, archived);
  const look = async (session: Pick<Session, "id" | "title">, archived: boolean) => {
    const found = archived ? await findRunning(session.id) : null;
    if (found && endsSomething(found.running)) setAsked({ session, ...found });
    else archive.mutate({ sessionId: session.id, archived });
  };
  return (
    <Desk value={begin}>
      {children}
      {asked && (
        <Suspense>
          <ArchiveDialog
            title={asked.session.title}
            running={asked.running}
            programs={asked.programs}
            onArchive={() => archive.mutate({ sessionId: asked.session.id, archived: true })}
            onDone={() => setAsked(null)}
          />
        </Suspense>
      )}
    </Desk>
  );
}

/** Archives a session, or takes it out of the archive. */
export function useArchiving(): Archiving {
  return useContext(Desk);
}

async function findRunning(sessionId: SessionId): Promise<Found> {
  const [left, inTerminals] = await Promise.all([
    queryClient.fetchQuery({ ...trpc.agentSessions.processes.queryOptions({ sessionId }), staleTime: 0 }).catch(() => null),
    queryClient.fetchQuery({ ...trpc.terminals.programs.queryOptions({ sessionId }), staleTime: 0 }).catch(() => null),
  ]);
  return {
    running: { left: left?.length ?? 0, inTerminals: inTerminals?.length ?? 0, isUnsure: left === null || inTerminals === null },
    programs: [...(left ?? []), ...(inTerminals ?? []).map(({ pid, name }) => ({ pid, command: name }))],
  };
}
