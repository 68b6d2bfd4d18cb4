import { queryOptions } from "@tanstack/react-query";

/** The short health answer, which needs no token. */
export interface Health {
  status: "ok" | "degraded";
  version: string;
}

/** How the daemon is, and which version of it answers. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async ({ signal }): Promise<Health> => {
    const response = await fetch("/api/health", { signal });
    return (await response.json()) as Health;
  },
  staleTime: 5_000,
});
