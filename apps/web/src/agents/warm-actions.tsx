import type { KeptBecause } from "@boocode/shared/agents/processes/decide-kept";
import type { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import { useMutation } from "@tanstack/react-query";
import { Pin } from "lucide-react";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { toCount } from "../ui/labels.ts";
import { Tooltip } from "../ui/popups/tooltip.tsx";
import { describeUnsuspendable } from "./describe-kept.ts";

interface WarmActionsProps {
  place: { sessionId: SessionId; chatId: ChatId; agent: AgentId };
  keptBecause: KeptBecause;
  isKeptWarm: boolean;
  programs: number;
}

/** What a person can do about an agent in memory: keep it there, or end its process until its next turn. */
export function WarmActions({ place: { sessionId, chatId, agent }, keptBecause, isKeptWarm, programs }: WarmActionsProps) {
  const place = { sessionId, chatId, agent };
  const onSettled = () => queryClient.invalidateQueries(trpc.agentSessions.pathFilter());
  const keep = useMutation({
    mutationFn: () => trpcClient.agentSessions.keepWarm.mutate({ ...place, keepWarm: !isKeptWarm }),
    onSettled,
  });
  const suspend = useMutation({
    mutationFn: () => trpcClient.agentSessions.suspend.mutate({ ...place, endsPrograms: programs > 0 }),
    onSettled,
  });
  const hindrance = describeUnsuspendable(keptBecause);
  const label = programs > 0 ? `Suspend and end ${toCount(programs, "program")}` : "Suspend now";
  return (
    <span className="flex shrink-0 flex-wrap items-center gap-1">
      <Tooltip label={isKeptWarm ? "It stays in memory however long it is idle." : "Keep it in memory however long it is idle."} side="top">
        <Button size="sm" variant="quiet" aria-pressed={isKeptWarm} busy={keep.isPending} onClick={() => keep.mutate()}>
          <Pin aria-hidden className={`size-3.5 ${isKeptWarm ? "fill-current text-accent" : ""}`} />
          Keep warm
        </Button>
      </Tooltip>
      <Tooltip label={hindrance ?? "Ends its process. Its next turn goes on where it was."} side="top">
        <Button
          size="sm"
          variant="quiet"
          // Not disabled: it would have no tooltip.
          aria-disabled={hindrance !== null}
          busy={suspend.isPending}
          className={hindrance === null ? "" : "opacity-50"}
          onClick={() => hindrance === null && suspend.mutate()}
        >
          {label}
        </Button>
      </Tooltip>
    </span>
  );
}
