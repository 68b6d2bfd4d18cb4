import { QueryClientProvider, useIsFetching } from "@tanstack/react-query";
import { Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { onAccessChange, readAccessState } from "./api/access.ts";
import { onFailure } from "./api/faults/failures.ts";
import { queryClient } from "./api/trpc.ts";
import { useTheme } from "./api/use-settings.ts";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { preloadPopups } from "./ui/popups/preload.ts";
import { toastFailure } from "./ui/toasts/toast.ts";
import { TooltipLayer } from "./ui/popups/tooltip.tsx";
import { AccessPage } from "./pages/access-page.tsx";
import { WorkspacePage } from "./pages/workspace-page.tsx";
import { later } from "./ui/browser/later.ts";

const Toaster = later(() => import("./ui/toasts/toaster.tsx"));

/** The page: the workspace with access, and the way to get access without. */
export function App() {
  const access = useSyncExternalStore(onAccessChange, readAccessState);
  return (
    <ErrorBoundary what="The page">
      <QueryClientProvider client={queryClient}>
        {access === "granted" && <WithAccess />}
        {access !== "granted" && access !== "starting" && <AccessPage key={access} state={access} />}
        <TooltipLayer />
      </QueryClientProvider>
    </ErrorBoundary>
  );
}

function WithAccess() {
  const theme = useTheme();
  const isAtRest = useAtRest();
  useEffect(() => onFailure(toastFailure), []);
  return (
    <>
      <WorkspacePage />
      {isAtRest && (
        <ErrorBoundary what="Messages" fallback={() => null}>
          <Suspense>
            <Toaster theme={theme} />
          </Suspense>
        </ErrorBoundary>
      )}
    </>
  );
}

/** False until the first requests are answered and no request has run for half a second. */
function useAtRest(): boolean {
  const [isAtRest, setAtRest] = useState(false);
  const isAsking = useIsFetching() > 0;
  useEffect(() => {
    if (isAtRest || isAsking) return;
    const timer = setTimeout(() => {
      setAtRest(true);
      void preloadPopups();
    }, 500);
    return () => clearTimeout(timer);
  }, [isAtRest, isAsking]);
  return isAtRest;
}
