import type { Endpoint } from "@boocode/shared/settings/endpoint";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient, trpc } from "../../api/trpc.ts";
import { Badge } from "../../ui/badge.tsx";
import { useFocusReturn } from "../../ui/browser/use-focus-return.ts";
import { Button } from "../../ui/button.tsx";
import { TestResult } from "./test-result.tsx";
import { useEndpointTest } from "./use-endpoint-test.ts";

/** One endpoint: its address, and what can be done with it. Those of the environment can only be tested. */
export function EndpointRow({ endpoint, onEdit }: { endpoint: Endpoint; onEdit: () => void }) {
  const { id, name, url, keyHint, source } = endpoint;
  const isOurs = source === "settings";
  const [isAsking, setAsking] = useState(false);
  const keep = useFocusReturn<HTMLButtonElement>(isAsking);
  const ask = useFocusReturn<HTMLButtonElement>(!isAsking);
  const test = useEndpointTest();
  const remove = useMutation(
    trpc.settings.removeEndpoint.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.settings.endpoints.pathFilter()) }),
  );
  return (
    <li className="flex flex-col gap-1 px-3 py-2">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <span className="flex min-w-0 flex-1 basis-52 flex-col">
          <span className="flex min-w-0 items-center gap-2">
            <span className="truncate font-medium">{name}</span>
            {keyHint !== null && <Badge>key {keyHint}</Badge>}
            {!isOurs && <Badge>environment</Badge>}
          </span>
          <span className="truncate font-mono text-xs text-faint" title={url}>
            {url}
          </span>
        </span>
        {isAsking ? (
          <span className="ml-auto flex gap-1">
            <Button ref={keep} size="sm" variant="quiet" onClick={() => setAsking(false)}>
              Keep
            </Button>
            <Button size="sm" variant="danger" busy={remove.isPending} onClick={() => remove.mutate({ id })}>
              Yes, remove
            </Button>
          </span>
        ) : (
          <span className="ml-auto flex gap-1">
            <Button
              size="sm"
              variant="quiet"
              aria-label={`Test ${name}`}
              busy={test.isPending}
              onClick={() => test.mutate({ url, endpointId: id })}
            >
              Test
            </Button>
            {isOurs && (
              <>
                <Button size="sm" variant="quiet" aria-label={`Edit ${name}`} onClick={onEdit}>
                  Edit
                </Button>
                <Button ref={ask} size="sm" variant="quiet" aria-label={`Remove ${name}…`} onClick={() => setAsking(true)}>
                  Remove…
                </Button>
              </>
            )}
          </span>
        )}
      </div>
      <TestResult test={test} />
    </li>
  );
}
