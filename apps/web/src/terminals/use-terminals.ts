import type { SessionId, TerminalId } from "@boocode/shared/ids";
import type { Terminal, TerminalSize } from "@boocode/shared/terminals/terminal";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";

/** The size of a terminal that no page has measured yet. */
const FIRST_SIZE: TerminalSize = { cols: 100, rows: 30 };

/** The terminals of a session, oldest first; undefined until they are loaded. */
export function useTerminals(sessionId: SessionId) {
  return useQuery(trpc.terminals.list.queryOptions({ sessionId }));
}

/** Opens a terminal in the session's worktree. `onOpened` is called when it is in the list. */
export function useOpenTerminal(sessionId: SessionId) {
  return useMutation<Terminal, Error, { onOpened: (terminal: Terminal) => void }>({
    mutationFn: () => trpcClient.terminals.open.mutate({ sessionId, size: FIRST_SIZE }),
    onSuccess: (terminal, { onOpened }) => {
      putTerminal(terminal);
      onOpened(terminal);
    },
  });
}

/** Closes a terminal. `force`: also if programs run in it. */
export function useCloseTerminal(sessionId: SessionId) {
  return useMutation({
    mutationFn: (input: { terminalId: TerminalId; force: boolean }) => trpcClient.terminals.close.mutate(input),
    // The refusal is a question, which a dialog asks.
    meta: { ownWords: true },
    onSuccess: (_, { terminalId }) =>
      queryClient.setQueryData(trpc.terminals.list.queryKey({ sessionId }), (before) => before?.filter(({ id }) => id !== terminalId)),
  });
}

/** Starts a terminal that has ended anew. */
export function useRestartTerminal() {
  return useMutation({
    mutationFn: ({ id, cols, rows }: Pick<Terminal, "id" | "cols" | "rows">) =>
      trpcClient.terminals.restart.mutate({ terminalId: id, size: { cols, rows } }),
    onSuccess: putTerminal,
  });
}

export function useRenameTerminal() {
  return useMutation({
    mutationFn: (input: { terminalId: TerminalId; title: string }) => trpcClient.terminals.rename.mutate(input),
    onSuccess: putTerminal,
  });
}

/** Stores a terminal from the daemon's answer in its session's cached list. */
function putTerminal(terminal: Terminal): void {
  queryClient.setQueryData(trpc.terminals.list.queryKey({ sessionId: terminal.sessionId }), (before) => {
    if (!before) return undefined;
    return before.some(({ id }) => id === terminal.id)
      ? before.map((each) => (each.id === terminal.id ? terminal : each))
      : [...before, terminal];
  });
}
