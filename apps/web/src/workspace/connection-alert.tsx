import { useEffect, useState } from "react";
import { useConnection } from "../api/connection.ts";
import { Spinner } from "../ui/spinner.tsx";

/** A loss shorter than this is not worth a word. In milliseconds. */
const FORGIVEN_MS = 600;
/** The first connection may take as long as a slow start does. */
const FORGIVEN_AT_START_MS = 2_500;

/** Says that the line to the daemon is lost, above everything and in nobody's way. */
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
    <div role="alert" aria-label="Connection" className="pointer-events-none fixed inset-x-0 top-2 z-50 flex justify-center px-4">
      <p className="flex items-center gap-2 rounded-lg border border-line bg-amber-soft px-3 py-1.5 text-amber shadow-popup">
        <Spinner size={12} />
        <span>
          <span className="font-medium">Connection lost.</span> Reconnecting by itself; nothing you wrote is lost.
        </span>
      </p>
    </div>
  );
}
