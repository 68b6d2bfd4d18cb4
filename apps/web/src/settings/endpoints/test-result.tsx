import { explainError } from "../../api/faults/explain-fault.ts";
import { describeModels } from "./describe-models.ts";
import type { EndpointTest } from "./use-endpoint-test.ts";

/** What a test of an endpoint found. Empty until there was one. */
export function TestResult({ test }: { test: Pick<EndpointTest, "data" | "error" | "isPending"> }) {
  const failure = test.error ? explainError(test.error) : null;
  return (
    <p role="status" className="text-sm break-words text-muted [overflow-wrap:anywhere] empty:hidden">
      {test.isPending ? "Asking for its models…" : test.data && describeModels(test.data.models)}
      {!test.isPending && failure && (
        <>
          <span className="text-removed">{failure.title}.</span> {failure.hint}
        </>
      )}
    </p>
  );
}
