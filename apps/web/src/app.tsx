import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { onAccessChange, readAccessState } from "./api/access.ts";
import { onFailure } from "./api/failures.ts";
import { queryClient } from "./api/trpc.ts";
import { AccessPage } from "./pages/access-page.tsx";
import { useTheme } from "./settings/use-settings.ts";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { preloadPopups } from "./ui/preload.ts";
import { toastFailure } from "./ui/toast.ts";
import { TooltipLayer } from "./ui/tooltip.tsx";
import { WorkspacePage } from "./pages/workspace-page.tsx";

const Toaster = lazy(() => import("./ui/toaster.tsx"));

/** The page: the workspace for who has access, and what to do about it for who has none. */
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
  const isIdle = useIdleOnce();
  useEffect(() => onFailure(toastFailure), []);
  return (
    <>
      <WorkspacePage />
      {isIdle && (
        <Suspense>
          <Toaster theme={theme} />
        </Suspense>
      )}
    </>
  );
}

/** False until the page has painted and has nothing to do. */
function useIdleOnce(): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setIdle(true);
      void preloadPopups();
    }, 500);
    return () => clearTimeout(timer);
  }, []);
  return isIdle;
}
