import type { AppRouter } from "@boocode/coder/router";
import { PLACE_HEADER } from "@boocode/shared/workspace/workspace-event";
import { MutationCache, QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpBatchStreamLink, splitLink, type TRPCClient, wsLink } from "@trpc/client";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { readToken, refuseAccess } from "./access.ts";
import { askedFirstLink } from "./asked-first.ts";
import { faultOf } from "./faults/explain-fault.ts";
import { reportFailure } from "./faults/failures.ts";
import { notePlace } from "./place.ts";
import { socket } from "./socket.ts";

/** The daemon's contract as plain calls. In components use `trpc` with TanStack Query. */
export const trpcClient: TRPCClient<AppRouter> = createTRPCClient<AppRouter>({
  links: [
    askedFirstLink,
    splitLink({
      condition: (operation) => operation.type === "subscription",
      true: wsLink({ client: socket }),
      // Answers of a batch are streamed, so that fast ones do not wait for the slowest, such as the search for agents.
      false: httpBatchStreamLink({
        url: "/trpc",
        maxURLLength: 8_000,
        headers: () => ({ authorization: `Bearer ${readToken() ?? ""}` }),
        fetch: async (url, options) => {
          const used = readToken();
          const response = await fetch(url, options as RequestInit).catch((error: unknown) => {
            notePlace(null);
            throw error;
          });
          notePlace(response.headers.get(PLACE_HEADER));
          if (response.status === 401) refuseAccess(used);
          return response;
        },
      }),
    }),
  ],
});

/**
 * Loaded data stays fresh until the daemon reports a change, so showing it again does not refetch it.
 * A failed mutation is reported to the person unless it sets `meta: { ownWords: true }`.
 */
export const queryClient = new QueryClient({
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      // Refetch the locks, so that the page shows the lock and offers its removal.
      if (faultOf(error)?.kind === "git_locked") void queryClient.invalidateQueries(trpc.worktreeRisk.locks.pathFilter());
      if (mutation.meta?.["ownWords"] !== true) reportFailure(error);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // The daemon is usually on this machine, so the browser's offline state does not matter.
      networkMode: "always",
      // A fault is an answer, so it is not retried. Unanswered queries are refetched after a reconnect.
      retry: (failures, error) => failures < 2 && faultOf(error) === null,
      retryDelay: (failures) => 150 * 2 ** failures,
    },
    mutations: { networkMode: "always", retry: false },
  },
});

/** Typed query and mutation options: `useQuery(trpc.sessions.list.queryOptions())`. */
export const trpc: TRPCOptionsProxy<AppRouter> = createTRPCOptionsProxy<AppRouter>({ client: trpcClient, queryClient });
