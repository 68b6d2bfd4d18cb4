import type { PermissionItem } from "@boocode/shared/chats/transcript";
import type { AgentId } from "@boocode/shared/ids";
import { clsx } from "clsx";
import { ShieldCheck, ShieldQuestion } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useAgents } from "../../agents/use-agents.ts";
import { useAnswerPermission } from "../../agents/use-permissions.ts";
import { Button } from "../../ui/button.tsx";
import { describeAsked } from "./describe-asked.ts";
import { explainSettlement } from "./explain-settlement.ts";
import { showHidden } from "./show-hidden.ts";
import { toCommandLine } from "./tool-look.ts";

const ANSWERED_ELSEWHERE = "No longer asked: it was answered elsewhere, or its turn has ended.";
/** Answers are ignored for this long after a question appears, because a click then was meant for something else. */
const ARMED_AFTER_MS = 500;
/** The number of answers that have a key. */
const KEYED = 3;

/** What is shown of a question. */
type AskedItem = Pick<PermissionItem, "permissionId" | "title" | "argv" | "paths" | "cwd" | "options" | "resolution">;

/**
 * A permission the agent asks for, of whatever kind: exactly what it wants to do and where, with the answers it offers. `isGone`: it is
 * settled, and nothing is known of how. While the group has the focus, 1 to 3 give the answer of that number.
 */
export function PermissionView({ item, agent, isGone = false }: { item: AskedItem; agent: AgentId | null; isGone?: boolean }) {
  const group = useRef<HTMLDivElement>(null);
  const answer = useAnswerPermission();
  const isUnderWay = answer.isPending || answer.isSuccess;
  const given = isUnderWay ? { optionId: answer.variables.optionId, by: "person" as const } : null;
  const resolution = item.resolution ?? given;
  const isSettled = resolution !== null || isGone;
  const isArmed = useArmed(!isSettled);
  const name = useAgents()?.find((each) => each.id === agent)?.name ?? agent ?? "The agent";
  const { title, detail } = describeAsked(item, name);
  const options = item.options.toSorted((a, b) => Number(isRejection(a)) - Number(isRejection(b)));
  const Icon = isSettled ? ShieldCheck : ShieldQuestion;

  const choose = (optionId: string) => {
    // The focused button disappears.
    group.current?.focus({ preventScroll: true });
    answer.mutate({ permissionId: item.permissionId, optionId });
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys for those who have focused the question; its buttons do the same
    <div
      ref={group}
      role="group"
      aria-label="Permission"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that keyboard users reach the question and screen readers read it
      tabIndex={0}
      aria-keyshortcuts={
        isSettled
          ? undefined
          : options
              .slice(0, KEYED)
              .map((_, at) => at + 1)
              .join(" ")
      }
      onKeyDown={(event) => {
        if (isSettled || !isArmed || event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
        const option = /^[1-3]$/.test(event.key) ? options[Number(event.key) - 1] : undefined;
        if (option) choose(option.id);
      }}
      className={clsx("rounded-md border border-line px-3 py-2.5", isSettled ? "bg-surface" : "bg-amber-soft")}
    >
      <p className={clsx("flex items-start gap-2 font-medium", isSettled ? "text-muted" : "text-amber")}>
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 break-words">{showHidden(title)}</span>
      </p>
      {detail !== null && <p className="mt-1 pl-6 text-sm break-words text-muted">{showHidden(detail)}</p>}
      {item.argv && (
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable content must be reachable by keyboard
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
      {isSettled ? (
        <p className="mt-2 text-sm text-muted">{resolution ? explainSettlement(item, resolution) : ANSWERED_ELSEWHERE}</p>
      ) : (
        <div className="mt-2.5 flex flex-wrap gap-2">
          {options.map((option, at) => (
            <Button
              key={option.id}
              size="sm"
              // What refuses stands apart from what allows.
              className={clsx(
                "h-auto! min-h-6 max-w-full py-0.5 text-left whitespace-normal! pointer-coarse:min-h-10",
                isRejection(option) && !isRejection(options[at - 1]) && "ml-auto",
              )}
              disabled={!isArmed}
              onClick={() => choose(option.id)}
            >
              <span className="min-w-0 [overflow-wrap:anywhere]">{showHidden(option.label)}</span>
              {at < KEYED && (
                <span aria-hidden className="text-xs text-faint pointer-coarse:hidden">
                  {at + 1}
                </span>
              )}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

const isRejection = (option: AskedItem["options"][number] | undefined) => option?.kind.startsWith("reject") === true;

/** True once the question has been visible long enough to be noticed. */
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
