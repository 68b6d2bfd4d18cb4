import { createContext, type ReactNode, useContext } from "react";
import { type DeletionTarget, useDeletion } from "./use-deletion.tsx";

const Ask = createContext<(target: DeletionTarget) => void>(() => undefined);

/** Provides deleting to everything below. Its dialog stays open when the row or page that asked is gone. */
export function DeletionDesk({ children }: { children: ReactNode }) {
  const { ask, dialog } = useDeletion();
  return (
    <Ask value={ask}>
      {children}
      {dialog}
    </Ask>
  );
}

/** Deletes on request: at once if nothing would be lost, otherwise after asking. */
export function useAskDelete(): (target: DeletionTarget) => void {
  return useContext(Ask);
}
