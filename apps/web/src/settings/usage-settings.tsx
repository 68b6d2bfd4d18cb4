import { NO_BUDGET } from "@boocode/shared/usage/budget";
import { toUsageZone } from "@boocode/shared/usage/decide-day";
import { isSaved, useChangeSettings, useSettings } from "../api/use-settings.ts";
import { Combobox } from "../ui/popups/combobox.tsx";
import { BudgetFields } from "../usage/budget-fields.tsx";
import { UsageReport } from "../usage/usage-report.tsx";
import { Row, Section } from "./section.tsx";

/** The option for the time zone of the daemon's machine. */
const OF_MACHINE = "";

const browserZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The budgets of the person, and what turns used. */
export function UsageSettings() {
  const settings = useSettings();
  const change = useChangeSettings();
  const ofBrowser = toUsageZone(browserZone(), "");
  const zones = [...new Set([ofBrowser, settings?.timeZone ?? OF_MACHINE, "UTC"])].filter((zone) => zone !== OF_MACHINE);
  return (
    <>
      <Section
        title="Budgets"
        hint="At 80 % you are warned. Once a budget is used up, further messages wait until you raise it or send one anyway; a turn that runs is never cut. Only what agents report is counted."
      >
        <Row label="A session" isSaved={isSaved(change, "sessionBudget")}>
          <BudgetFields
            of="A session"
            value={settings?.sessionBudget ?? NO_BUDGET}
            onChange={(sessionBudget) => change.mutate({ sessionBudget })}
          />
        </Row>
        <Row label="A day" isSaved={isSaved(change, "dayBudget")}>
          <BudgetFields of="A day" value={settings?.dayBudget ?? NO_BUDGET} onChange={(dayBudget) => change.mutate({ dayBudget })} />
        </Row>
        <Row label="Days in" isSaved={isSaved(change, "timeZone")}>
          <Combobox
            label="Time zone of the days"
            variant="field"
            side="bottom"
            value={settings?.timeZone ?? OF_MACHINE}
            options={[
              { value: OF_MACHINE, label: "The time zone where BooCode runs" },
              ...zones.map((zone) => ({ value: zone, label: zone, ...(zone === ofBrowser && { hint: "this browser" }) })),
            ]}
            onChange={(timeZone) => change.mutate({ timeZone })}
          />
        </Row>
      </Section>
      <Section title="Usage" hint="What the turns of all sessions used, as their agents report it.">
        <UsageReport />
      </Section>
    </>
  );
}
