import { clsx } from "clsx";
import { useConnection } from "../api/connection.ts";
import { toConnectionLabel } from "../api/connection-state.ts";

const DOT = {
  connecting: "bg-line-strong",
  live: "bg-added",
  stale: "bg-amber-mark",
  reconnecting: "bg-amber-mark animate-[breathe_1.2s_ease-in-out_infinite]",
};

/** Shows the state of the connection to the daemon and the age of the data: "live", "3 s old", "reconnecting". */
export function ConnectionLine() {
  const connection = useConnection();
  return (
    <span className="tabular inline-flex min-w-0 items-center gap-2 text-sm text-muted" title="Connection to the BooCode daemon">
      <span aria-hidden className={clsx("size-1.5 shrink-0 rounded-full", DOT[connection.kind])} />
      <span className="truncate">{toConnectionLabel(connection)}</span>
    </span>
  );
}
