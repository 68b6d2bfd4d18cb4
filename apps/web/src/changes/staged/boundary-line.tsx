import type { SessionId } from "@boocode/shared/ids";
import { decideStagingBoundary } from "@boocode/shared/changes/staged/staging-boundary";
import { useQuery } from "@tanstack/react-query";
import { trpc } from "../../api/trpc.ts";
import { describeBoundary } from "./describe-boundary.ts";

type BoundaryLineProps = {
  sessionId: SessionId;
  /** The agent that the next prompt goes to, and its mode; the mode is empty for the agent's default. */
  chosen: { agent: string; mode: string };
  className?: string;
};

/** One muted line that says which staged edits the chosen agent does not see. Renders nothing if it sees them all, or if there are none. */
export function BoundaryLine({ sessionId, chosen, className }: BoundaryLineProps) {
  const { data: changes } = useQuery(trpc.pendingChanges.list.queryOptions({ sessionId }));
  const boundary = decideStagingBoundary({ ...chosen, changes: changes ?? [] });
  if (boundary === null) return null;
  return <p className={className}>{describeBoundary(chosen.agent, boundary)}</p>;
}
