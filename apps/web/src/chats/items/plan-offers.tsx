import { ListChecks } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import type { PlanOffer } from "./offer-plan.ts";

/** Below a plan: what it did not do, and the ways to have it carried out. */
export function PlanOffers({ offers, onDo }: { offers: readonly PlanOffer[]; onDo: (mode: string) => void }) {
  return (
    <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-line bg-surface px-3 py-2">
      <ListChecks aria-hidden className="size-4 shrink-0 text-faint" />
      <p className="min-w-40 flex-1 text-muted">This is a plan; it changed nothing.</p>
      <div className="ml-auto flex flex-wrap gap-2">
        {offers.map(({ mode, label }, at) => (
          <Button key={mode} size="sm" variant={at === 0 ? "primary" : "secondary"} onClick={() => onDo(mode)}>
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}
