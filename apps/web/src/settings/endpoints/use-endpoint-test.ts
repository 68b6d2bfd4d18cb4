import { useMutation } from "@tanstack/react-query";
import { trpc } from "../../api/trpc.ts";

/** Asks an endpoint for its models, to see whether it works. */
export function useEndpointTest() {
  return useMutation(trpc.agents.testEndpoint.mutationOptions({ meta: { ownWords: true } }));
}

export type EndpointTest = ReturnType<typeof useEndpointTest>;
