import { useEffect, useState } from "react";
import { useConnection } from "../api/connection.ts";
import { Spinner } from "../ui/spinner.tsx";

/** Shorter losses are not reported. In milliseconds. */
const FORGIVEN_MS = 600;
/** The limit for the first connection, which may be as slow as a slow start. In milliseconds. */
const FORGIVEN_AT_START_MS = 2_500;

/** Reports a lost connection to the daemon, on top of the page without covering controls. */
export function ConnectionAlert() {
  const { kind } = useConnection();
  const isLost = kind === "reconnecting" || kind === "connecting";
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isLost) return;
    const timer = setTimeout(() => setShown(true), kind === "connecting" ? FORGIVEN_AT_START_MS : FORGIVEN_MS);
    return () => {
      clearTimeout(timer);
      setShown(false);
    };
  }, [isLost, kind]);

  if (!isShown) return null;
  return (
    <div
      role="alert"
      aria-label="Connection"
      className="pointer-events-none fixed inset-x-0 top-2 z-50 flex max-sm:top-21 justify-center px-4"
    >
      <p className="flex items-center gap-2 rounded-lg border border-line bg-amber-soft px-3 py-1.5 text-amber shadow-popup">
        <Spinner size={12} />
        <span>
          <span className="font-medium">Connection lost.</span> Reconnecting by itself; nothing you wrote is lost.
        </span>
      </p>
    </div>
  );
}
