import type { Agent } from "@boocode/shared/agents/agent";
import type { AgentUpdate } from "@boocode/shared/agents/agent-update";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Tooltip } from "../ui/popups/tooltip.tsx";
import { describeUpdate } from "./describe-update.ts";

/** Updates an agent by the command that its tooltip names; where BooCode cannot run it, copies it. */
export function UpdateButton({ agent: { id, name, update }, isRunning }: { agent: Agent; isRunning: boolean }) {
  const start = useMutation({
    mutationFn: () => trpcClient.agents.update.mutate({ agent: id }),
    onSettled: () => queryClient.invalidateQueries(trpc.agents.updates.pathFilter()),
  });
  if (!update) return null;
  if (!update.canRun) return <CopyButton text={update.line} label={`Copy how to update ${name}`} />;
  return (
    <Tooltip label={`Runs ${update.line}`} side="top">
      <Button size="sm" variant="quiet" aria-label={`Update ${name}`} busy={isRunning || start.isPending} onClick={() => start.mutate()}>
        Update
      </Button>
    </Tooltip>
  );
}

/** What an update writes while it runs, and how it ended. Renders nothing if there was none. */
export function UpdateOfAgent({ agent, update }: { agent: Agent; update: AgentUpdate | undefined }) {
  if (!update) return null;
  return (
    <div className="flex min-w-0 basis-full flex-col gap-1 pb-0.5 pl-6.5">
      <p
        role="status"
        aria-label={`Update of ${agent.name}`}
        className={`text-sm ${update.state === "failed" ? "text-removed" : "text-muted"}`}
      >
        {describeUpdate(update)}
      </p>
      {update.output !== "" && update.state !== "done" && <Output text={update.output.trimEnd()} />}
    </div>
  );
}

/** What npm writes, with the newest line in view. */
function Output({ text }: { text: string }) {
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => box.current?.scrollTo({ top: box.current.scrollHeight }));
  return (
    <pre
      ref={box}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
      tabIndex={0}
      className="max-h-32 overflow-auto rounded-md bg-inset px-2.5 py-1.5 font-mono text-sm break-words whitespace-pre-wrap"
    >
      {text}
    </pre>
  );
}
