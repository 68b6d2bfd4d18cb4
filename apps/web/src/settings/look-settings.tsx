import { isSaved, useChangeSettings, useSettings } from "../api/use-settings.ts";
import { Segmented } from "../ui/segmented.tsx";
import { Row, Section } from "./section.tsx";

const THEMES = [
  { value: "system", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;
const DIFF_VIEWS = [
  { value: "unified", label: "Unified" },
  { value: "split", label: "Split" },
] as const;
/** How the page looks. */
export function LookSettings() {
  const settings = useSettings();
  const change = useChangeSettings();
  return (
    <Section title="Appearance">
      <Row label="Theme" isSaved={isSaved(change, "theme")}>
        <Segmented label="Theme" options={THEMES} value={settings?.theme ?? "system"} onChange={(theme) => change.mutate({ theme })} />
      </Row>
      <Row label="Diffs" isSaved={isSaved(change, "diffView")}>
        <Segmented
          label="Diffs"
          options={DIFF_VIEWS}
          value={settings?.diffView ?? "unified"}
          onChange={(diffView) => change.mutate({ diffView })}
        />
      </Row>
    </Section>
  );
}
