import { type ReactNode, useId } from "react";

/** A part of a section of the settings, with a title. */
export function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="font-medium">
        {title}
      </h2>
      {hint && <p className="text-muted">{hint}</p>}
      <div className="mt-2.5 flex flex-col gap-2.5">{children}</div>
    </section>
  );
}

/** One setting with its name. `isSaved`: its last change is stored. */
export function Row({ label, isSaved = false, children }: { label: string; isSaved?: boolean; children: ReactNode }) {
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
      <span className="w-20 shrink-0 text-muted">{label}</span>
      <div className="min-w-0 flex-1">{children}</div>
      <span role="status" className="w-12 shrink-0 text-sm text-added max-sm:w-auto">
        {isSaved ? "Saved" : ""}
      </span>
    </div>
  );
}
