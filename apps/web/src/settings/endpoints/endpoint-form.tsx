import type { Endpoint } from "@boocode/shared/settings/endpoint";
import { ENDPOINT_LIMITS } from "@boocode/shared/settings/endpoint";
import { useMutation } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { explainError, faultOf } from "../../api/faults/explain-fault.ts";
import { queryClient, trpc } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { TestResult } from "./test-result.tsx";
import { useEndpointTest } from "./use-endpoint-test.ts";

type EndpointFormProps = {
  /** The endpoint to change; null to add one. */
  endpoint: Endpoint | null;
  onDone: () => void;
};

/** The fields of an endpoint, with a test that does not save anything. */
export function EndpointForm({ endpoint, onDone }: EndpointFormProps) {
  const [name, setName] = useState(endpoint?.name ?? "");
  const [url, setUrl] = useState(endpoint?.url ?? "");
  const [key, setKey] = useState("");
  const [isKeyRemoved, setKeyRemoved] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  // The form takes the place of the button that opened it.
  useEffect(() => first.current?.focus(), []);
  const test = useEndpointTest();
  const save = useMutation(
    trpc.settings.saveEndpoint.mutationOptions({
      meta: { ownWords: true },
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.settings.endpoints.pathFilter());
        onDone();
      },
    }),
  );
  const keptHint = isKeyRemoved ? null : (endpoint?.keyHint ?? null);
  const canSave = name.trim() !== "" && url.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!canSave || save.isPending) return;
    const given = key.trim() !== "" ? { key: key.trim() } : isKeyRemoved ? { key: null } : {};
    save.mutate({ ...(endpoint ? { id: endpoint.id } : {}), name, url, ...given });
  };
  const tryIt = () => {
    const own = endpoint && !isKeyRemoved ? { endpointId: endpoint.id } : {};
    test.mutate({ url: url.trim(), ...own, ...(key.trim() === "" ? {} : { key: key.trim() }) });
  };
  return (
    <form
      aria-label={endpoint ? `Change ${endpoint.name}` : "New endpoint"}
      onSubmit={submit}
      className={clsx("flex flex-col gap-2.5 p-3", endpoint === null && "rounded-lg border border-line")}
    >
      <Field label="Name">
        <TextField
          ref={first}
          value={name}
          maxLength={ENDPOINT_LIMITS.name}
          placeholder="GPU box"
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field label="Address">
        <TextField
          value={url}
          inputMode="url"
          maxLength={ENDPOINT_LIMITS.url}
          placeholder="http://192.168.1.20:8080/v1"
          onChange={(event) => setUrl(event.target.value)}
        />
      </Field>
      <Field label="Key">
        <span className="flex min-w-0 gap-2">
          <TextField
            type="password"
            value={key}
            autoComplete="new-password"
            maxLength={ENDPOINT_LIMITS.key}
            placeholder={keptHint ? `${keptHint} is kept` : "None"}
            onChange={(event) => setKey(event.target.value)}
          />
          {keptHint && key === "" && (
            <Button variant="quiet" onClick={() => setKeyRemoved(true)}>
              Remove key
            </Button>
          )}
        </span>
      </Field>
      {keptHint && key === "" && <p className="text-sm text-muted">An address on another server does not keep the key.</p>}
      <TestResult test={test} />
      {save.error && <Failure error={save.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="quiet" className="mr-auto" busy={test.isPending} disabled={url.trim() === ""} onClick={tryIt}>
          Test
        </Button>
        <Button variant="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" busy={save.isPending} disabled={!canSave}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <label className="flex min-h-8 items-center gap-4 max-sm:flex-col max-sm:items-stretch max-sm:gap-1">
      <span className="w-20 shrink-0 text-muted">{label}</span>
      <span className="min-w-0 flex-1">{children}</span>
    </label>
  );
}

function Failure({ error }: { error: unknown }) {
  const fault = faultOf(error);
  const { title, hint } = explainError(error);
  // The sentence about the field says more than that a field is wrong.
  const [issue] = fault?.kind === "invalid_input" ? fault.issues : [];
  return (
    <p role="alert" className="text-sm break-words text-muted">
      <span className="text-removed">{title}.</span> {issue?.message ?? hint}
    </p>
  );
}
