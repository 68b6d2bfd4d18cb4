import type { PermissionItem } from "@boocode/shared/chats/transcript";
import { ShieldQuestion } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { toCommandLine } from "./tool-look.ts";

/** A question of the agent's: exactly what it wants to do and where, with its own answers. */
export function PermissionView({ item }: { item: PermissionItem }) {
  const { resolution } = item;
  const answer = item.options.find((option) => option.id === resolution?.optionId);
  return (
    <div role="group" aria-label="Permission" className="rounded-md border border-line bg-amber-soft px-3 py-2.5">
      <p className="flex items-center gap-2 font-medium text-amber">
        <ShieldQuestion aria-hidden className="size-4 shrink-0" />
        {item.title}
      </p>
      {item.argv && <pre className="mt-2 overflow-x-auto rounded-sm bg-canvas px-2.5 py-1.5 text-[12px]">{toCommandLine(item.argv)}</pre>}
      {item.cwd && <p className="mt-1 font-mono text-xs break-all text-muted">in {item.cwd}</p>}
      {resolution ? (
        <p className="mt-2 text-sm text-muted">{describe(resolution.by, answer?.label)}</p>
      ) : (
        <>
          <div className="mt-2.5 flex flex-wrap gap-2">
            {item.options.map((option) => (
              <Button key={option.id} size="sm" disabled>
                {option.label}
              </Button>
            ))}
          </div>
          <p className="mt-2 text-sm text-muted">This agent has to be answered where it runs. Stop ends the turn.</p>
        </>
      )}
    </div>
  );
}

function describe(by: "person" | "rule" | "cancelled", label: string | undefined): string {
  if (by === "cancelled" || !label) return "The turn ended before this was answered.";
  return by === "rule" ? `Answered by a rule: ${label}` : `You answered: ${label}`;
}
