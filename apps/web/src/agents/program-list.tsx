import type { BackgroundProcess } from "@boocode/shared/agents/processes/background-process";

/** The programs that a dialog is about, each with its command and process. */
export function ProgramList({ programs }: { programs: readonly Pick<BackgroundProcess, "pid" | "command">[] }) {
  return (
    <ul aria-label="Programs" className="flex flex-col gap-1 rounded-md bg-inset px-3 py-2">
      {programs.map(({ pid, command }) => (
        <li key={pid} className="flex min-w-0 items-baseline gap-2 text-sm">
          <code className="min-w-0 flex-1 truncate font-mono" title={command}>
            {command === "" ? "a program" : command}
          </code>
          <span className="tabular shrink-0 text-faint">process {pid}</span>
        </li>
      ))}
    </ul>
  );
}
