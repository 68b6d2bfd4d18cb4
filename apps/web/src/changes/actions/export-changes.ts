import type { SessionId } from "@boocode/shared/ids";
import { reportFailure } from "../../api/faults/failures.ts";
import { trpcClient } from "../../api/trpc.ts";
import { saveFile } from "../../ui/browser/save-file.ts";
import { toastNote } from "../../ui/toasts/toast.ts";

/** Saves all pending changes of a session as one patch. */
export async function savePatch(sessionId: SessionId): Promise<void> {
  try {
    const { name, base64 } = await trpcClient.pendingChanges.exportPatch.query({ sessionId });
    if (base64 === "") return toastNote("No changes are pending");
    saveFile(
      name,
      Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)),
      "text/x-patch",
    );
  } catch (error) {
    reportFailure(error);
  }
}

/** Saves who wrote which lines of a session's changed files. */
export async function saveTrace(sessionId: SessionId): Promise<void> {
  try {
    const trace = await trpcClient.pendingChanges.exportTrace.query({ sessionId });
    saveFile("agent-trace.json", `${JSON.stringify(trace, null, 2)}\n`, "application/json");
  } catch (error) {
    reportFailure(error);
  }
}
