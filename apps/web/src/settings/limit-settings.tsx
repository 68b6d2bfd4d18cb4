import { Segmented } from "../ui/segmented.tsx";
import { Row, Section } from "./section.tsx";
import { isSaved, useChangeSettings, useSettings } from "../api/use-settings.ts";

const WAYS = [
  { value: "ask", label: "Ask me" },
  { value: "continue", label: "Continue by itself" },
] as const;
const TIMES = [
  { value: "1", label: "1" },
  { value: "3", label: "3" },
  { value: "5", label: "5" },
  { value: "10", label: "10" },
] as const;

/** What happens to a turn that an agent's usage limit ended, when the limit resets. */
export function LimitSettings() {
  const settings = useSettings();
  const change = useChangeSettings();
  return (
    <Section
      title="Usage limits"
      hint="What happens when a limit that ended a turn resets, and how many times in a row. A continuation waits in the queue, where it can be removed."
    >
      <Row label="Then" isSaved={isSaved(change, "continueAfterLimit")}>
        <Segmented
          label="When a usage limit resets"
          options={WAYS}
          value={settings?.continueAfterLimit ? "continue" : "ask"}
          onChange={(way) => change.mutate({ continueAfterLimit: way === "continue" })}
        />
      </Row>
      <Row label="At most" isSaved={isSaved(change, "continueAfterLimitTimes")}>
        <Segmented
          label="Continuations in a row, at most"
          options={TIMES}
          value={String(settings?.continueAfterLimitTimes ?? 3) as (typeof TIMES)[number]["value"]}
          onChange={(times) => change.mutate({ continueAfterLimitTimes: Number(times) })}
        />
      </Row>
    </Section>
  );
}
