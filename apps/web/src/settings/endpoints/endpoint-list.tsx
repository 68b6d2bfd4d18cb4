import { ENDPOINT_LIMITS } from "@boocode/shared/settings/endpoint";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { explainError } from "../../api/faults/explain-fault.ts";
import { trpc } from "../../api/trpc.ts";
import { useFocusReturn } from "../../ui/browser/use-focus-return.ts";
import { Button } from "../../ui/button.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { EndpointForm } from "./endpoint-form.tsx";
import { EndpointRow } from "./endpoint-row.tsx";

/** The servers of models that a person set up, and a form to add or change one. */
export function EndpointList() {
  const { data: endpoints, error, refetch } = useQuery(trpc.settings.endpoints.queryOptions());
  /** The id of the endpoint that is being changed; an empty one for a new endpoint. */
  const [edited, setEdited] = useState<string | null>(null);
  const add = useFocusReturn<HTMLButtonElement>(edited === null);
  if (error && !endpoints) {
    const { title, hint } = explainError(error);
    return (
      <p className="flex flex-wrap items-center gap-2 text-muted">
        <span className="min-w-0 flex-1 break-words">
          {title}. {hint}
        </span>
        <Button size="sm" onClick={() => void refetch()}>
          Try again
        </Button>
      </p>
    );
  }
  if (!endpoints) return <Skeleton className="h-10 w-full" />;
  const close = () => setEdited(null);
  const canAdd = endpoints.filter(({ source }) => source === "settings").length < ENDPOINT_LIMITS.endpoints;
  return (
    <>
      {endpoints.length > 0 && (
        <ul aria-label="Endpoints" className="divide-y divide-line rounded-lg border border-line">
          {endpoints.map((endpoint) =>
            endpoint.id === edited ? (
              <li key={endpoint.id}>
                <EndpointForm endpoint={endpoint} onDone={close} />
              </li>
            ) : (
              <EndpointRow key={endpoint.id} endpoint={endpoint} onEdit={() => setEdited(endpoint.id)} />
            ),
          )}
        </ul>
      )}
      {edited === "" ? (
        <EndpointForm endpoint={null} onDone={close} />
      ) : (
        <Button ref={add} size="sm" className="self-start" disabled={!canAdd} onClick={() => setEdited("")}>
          <Plus aria-hidden className="size-3.5" />
          Add an endpoint
        </Button>
      )}
    </>
  );
}
