import type { AppRouter } from "@boocode/coder/router";
import { PLACE_HEADER } from "@boocode/shared/workspace/workspace-event";
import { MutationCache, QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpBatchStreamLink, splitLink, type TRPCClient, wsLink } from "@trpc/client";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { readToken, refuseAccess } from "./access.ts";
import { askedFirstLink } from "./asked-first.ts";
import { faultOf } from "./explain-fault.ts";
import { reportFailure } from "./failures.ts";
import { notePlace } from "./place.ts";
import { socket } from "./socket.ts";

/** The daemon's contract as plain calls. In components use `trpc` with TanStack Query. */
export const trpcClient: TRPCClient<AppRouter> = createTRPCClient<AppRouter>({
  links: [
    askedFirstLink,
    splitLink({
      condition: (operation) => operation.type === "subscription",
      true: wsLink({ client: socket }),
      // Each answer comes when it is there: what is asked in one moment does not wait for the slowest of it, an agent that is looked for.
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
 * What has been read stays good until the daemon says that it changed, so nothing is read again for having been on screen before.
 * A mutation that fails is reported to the person unless it says `meta: { ownWords: true }`.
 */
export const queryClient = new QueryClient({
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      // It is shown where it can be removed.
      if (faultOf(error)?.kind === "git_locked") void queryClient.invalidateQueries(trpc.worktreeRisk.locks.pathFilter());
      if (mutation.meta?.["ownWords"] !== true) reportFailure(error);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // The daemon is on this machine: being offline says nothing about it.
      networkMode: "always",
      // A fault is an answer. What never got one is read anew when the line is back.
      retry: (failures, error) => failures < 2 && faultOf(error) === null,
      retryDelay: (failures) => 150 * 2 ** failures,
    },
    mutations: { networkMode: "always", retry: false },
  },
});

/** Typed query and mutation options: `useQuery(trpc.sessions.list.queryOptions())`. */
export const trpc: TRPCOptionsProxy<AppRouter> = createTRPCOptionsProxy<AppRouter>({ client: trpcClient, queryClient });
