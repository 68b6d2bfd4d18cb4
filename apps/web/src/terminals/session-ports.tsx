import type { SessionId } from "@boocode/shared/ids";
import type { Listener } from "@boocode/shared/ports/session-ports";
import { decideServerLink } from "@boocode/shared/ports/decide-server-link";
import { useQuery } from "@tanstack/react-query";
import { trpc } from "../api/trpc.ts";

/** How often it is looked who listens, while this is shown and the page is visible. In milliseconds. */
const LOOK_EVERY_MS = 4_000;

/** The ports of a session, with a link to each server that listens on one. Renders nothing while the session has none. */
export function SessionPortsFacts({ sessionId }: { sessionId: SessionId }) {
  const { data } = useQuery({
    ...trpc.terminals.ports.queryOptions({ sessionId }),
    staleTime: 0,
    refetchInterval: LOOK_EVERY_MS,
    refetchIntervalInBackground: false,
  });
  if (!data || data.base === null) return null;
  const { base, count, listeners } = data;
  return (
    <section>
      <h2 className="mb-1 font-medium">Ports</h2>
      <p className="text-muted">
        <span className="tabular font-mono text-sm text-ink">
          {base}–{base + count - 1}
        </span>{" "}
        are this session’s own, as <code className="font-mono text-sm">PORT</code> and{" "}
        <code className="font-mono text-sm">BOOCODE_PORT_BASE</code>.
      </p>
      {listeners.length > 0 && (
        <ul aria-label="Servers" className="mt-2 flex flex-col gap-1">
          {listeners.map((listener) => (
            <ListenerRow key={listener.port} listener={listener} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ListenerRow({ listener: { port, address, command, isOwn } }: { listener: Listener }) {
  const link = isOwn ? decideServerLink({ address, port }, window.location.hostname) : null;
  const said = isOwn ? command : `taken by another program: ${command}`;
  return (
    <li className="flex min-w-0 items-baseline gap-3">
      {link !== null ? (
        <a
          href={link}
          target="_blank"
          rel="noopener noreferrer"
          className="tabular shrink-0 rounded-sm font-mono text-sm text-accent underline underline-offset-2"
        >
          {port}
        </a>
      ) : (
        <span className="tabular shrink-0 font-mono text-sm text-muted">{port}</span>
      )}
      <span className="min-w-0 truncate text-sm text-muted" title={command}>
        {isOwn && link === null ? `on the daemon’s machine only: ${said}` : said}
      </span>
    </li>
  );
}
