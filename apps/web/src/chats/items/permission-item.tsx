import type { PermissionItem } from "@boocode/shared/chats/transcript";
import { clsx } from "clsx";
import { ShieldCheck, ShieldQuestion } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useAnswerPermission } from "../../agents/use-permissions.ts";
import { Button } from "../../ui/button.tsx";
import { explainSettlement } from "./explain-settlement.ts";
import { showHidden } from "./show-hidden.ts";
import { toCommandLine } from "./tool-look.ts";

/** A click that was under way when the question appeared is not meant for it. */
const ARMED_AFTER_MS = 500;

/** A question of the agent's: exactly what it wants to do and where, with its own answers. */
export function PermissionView({ item }: { item: PermissionItem }) {
  const group = useRef<HTMLDivElement>(null);
  const answer = useAnswerPermission();
  const isUnderWay = answer.isPending || answer.isSuccess;
  const given = isUnderWay ? { optionId: answer.variables.optionId, by: "person" as const } : null;
  const resolution = item.resolution ?? given;
  const isArmed = useArmed(resolution === null);
  const Icon = resolution ? ShieldCheck : ShieldQuestion;

  const choose = (optionId: string) => {
    // The button that has the focus goes away.
    group.current?.focus({ preventScroll: true });
    answer.mutate({ permissionId: item.permissionId, optionId });
  };

  return (
    <div
      ref={group}
      role="group"
      aria-label="Permission"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that keys find the question, and what it is about is read
      tabIndex={0}
      className={clsx("rounded-md border border-line px-3 py-2.5", resolution ? "bg-surface" : "bg-amber-soft")}
    >
      <p className={clsx("flex items-start gap-2 font-medium", resolution ? "text-muted" : "text-amber")}>
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 break-words">{showHidden(item.title)}</span>
      </p>
      {item.argv && (
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys
          tabIndex={0}
          aria-label="Command"
          className="mt-2 max-h-64 overflow-auto rounded-sm bg-canvas px-2.5 py-1.5 text-[12px] break-all whitespace-pre-wrap"
        >
          {showHidden(toCommandLine(item.argv))}
        </pre>
      )}
      {item.paths.length > 0 && (
        <ul aria-label="Files" className="mt-2 max-h-40 overflow-auto font-mono text-xs break-all">
          {item.paths.map((path) => (
            <li key={path}>{showHidden(path)}</li>
          ))}
        </ul>
      )}
      {item.cwd !== null && (
        <p className="mt-1 text-xs text-muted">
          in {item.cwd === "." ? "the worktree's top folder" : <span className="font-mono break-all">{showHidden(item.cwd)}</span>}
        </p>
      )}
      {resolution ? (
        <p className="mt-2 text-sm text-muted">{explainSettlement(item, resolution)}</p>
      ) : (
        <div className="mt-2.5 flex flex-wrap gap-2">
          {item.options.map((option) => (
            <Button key={option.id} size="sm" className="max-w-full" disabled={!isArmed} onClick={() => choose(option.id)}>
              <span className="truncate">{showHidden(option.label)}</span>
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

/** True once the question has stood there long enough to have been seen. */
function useArmed(isOpen: boolean): boolean {
  const [isArmed, setArmed] = useState(false);
  useEffect(() => {
    if (!isOpen) return;
    const timer = setTimeout(() => setArmed(true), ARMED_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setArmed(false);
    };
  }, [isOpen]);
  return isArmed;
}
