import type { AccessToken } from "@boocode/shared/access/access-token";
import { useMutation, useQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { useState } from "react";
import { readOwnTokenId } from "../api/access.ts";
import { explainError } from "../api/faults/explain-fault.ts";
import { queryClient, trpc } from "../api/trpc.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useFocusReturn } from "../ui/browser/use-focus-return.ts";

/** Lists the browsers with access, most recently used first. */
export function AccessTokens() {
  const { data: tokens, error, refetch } = useQuery(trpc.access.list.queryOptions());
  if (error && !tokens) {
    return (
      <p className="flex flex-wrap items-center gap-2 text-muted">
        <span className="min-w-0 flex-1">{explainError(error).title}.</span>
        <Button size="sm" onClick={() => void refetch()}>
          Try again
        </Button>
      </p>
    );
  }
  if (!tokens) return <Skeleton className="h-16 w-full" />;
  const good = tokens.filter((token) => token.revokedAt === null).toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
  if (good.length === 0) return <p className="text-muted">No browser has its own token. This one uses the daemon's.</p>;
  return (
    <ul className="divide-y divide-line rounded-lg border border-line">
      {good.map((token) => (
        <TokenRow key={token.id} token={token} />
      ))}
    </ul>
  );
}

function TokenRow({ token }: { token: AccessToken }) {
  const isOwn = token.id === readOwnTokenId();
  const [isAsking, setAsking] = useState(false);
  const keep = useFocusReturn<HTMLButtonElement>(isAsking);
  const ask = useFocusReturn<HTMLButtonElement>(!isAsking);
  const revoke = useMutation(
    trpc.access.revoke.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.access.list.pathFilter()) }),
  );
  return (
    <li className="flex min-h-11 items-center gap-3 px-3 py-1.5">
      <MonitorSmartphone aria-hidden className="size-4 shrink-0 text-faint" />
      <span className="flex min-w-0 flex-1 items-center gap-x-3 max-sm:flex-col max-sm:items-start">
        <span className="flex max-w-full min-w-0 flex-1 items-center gap-2">
          <span className="truncate" title={token.name}>
            {token.name}
          </span>
          {isOwn && <Badge tone="accent">this browser</Badge>}
        </span>
        <span className="tabular shrink-0 text-sm text-faint">
          used <RelativeTime at={token.lastUsedAt} isInSentence />
        </span>
      </span>
      {isAsking ? (
        <span className="flex gap-1">
          <Button ref={keep} size="sm" variant="quiet" onClick={() => setAsking(false)}>
            Keep
          </Button>
          <Button size="sm" variant="danger" busy={revoke.isPending} onClick={() => revoke.mutate({ tokenId: token.id })}>
            Yes, revoke
          </Button>
        </span>
      ) : (
        <Button ref={ask} size="sm" variant="quiet" onClick={() => setAsking(true)}>
          Revoke…
        </Button>
      )}
    </li>
  );
}
