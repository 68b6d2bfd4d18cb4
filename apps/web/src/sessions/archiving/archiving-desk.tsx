import type { BackgroundProcess } from "@boocode/shared/agents/background-process";
import type { Session } from "@boocode/shared/sessions/session";
import { createContext, lazy, type ReactNode, Suspense, useContext, useState } from "react";
import { queryClient, trpc } from "../../api/trpc.ts";
import { useArchiveSession } from "../use-sessions.ts";

const ArchiveDialog = lazy(() => import("./archive-dialog.tsx"));

type Archiving = (session: Pick<Session, "id" | "title">, archived: boolean) => void;
const Desk = createContext<Archiving>(() => undefined);

/** Provides archiving to everything below, and asks first where it would end running programs. */
export function ArchivingDesk({ children }: { children: ReactNode }) {
  const archive = useArchiveSession();
  const [asked, setAsked] = useState<{ session: Pick<Session, "id" | "title">; processes: readonly BackgroundProcess[] } | null>(null);
  const begin: Archiving = (session, archived) => void look(session, archived);
  const look = async (session: Pick<Session, "id" | "title">, archived: boolean) => {
    // If they cannot be listed, archiving is not kept from anyone: it loses no work.
    const query = { ...trpc.agentSessions.processes.queryOptions({ sessionId: session.id }), staleTime: 0 };
    const processes = archived ? await queryClient.fetchQuery(query).catch(() => []) : [];
    if (processes.length > 0) setAsked({ session, processes });
    else archive.mutate({ sessionId: session.id, archived });
  };
  return (
    <Desk value={begin}>
      {children}
      {asked && (
        <Suspense>
          <ArchiveDialog
            title={asked.session.title}
            processes={asked.processes}
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
