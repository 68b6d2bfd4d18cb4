import { useState } from "react";
import { canNotify, chooseNotices, useNoticeChoice } from "../sessions/notices/notice-choice.ts";
import { Segmented } from "../ui/segmented.tsx";
import { Row, Section } from "./section.tsx";

const CHOICES = [
  { value: "off", label: "Off" },
  { value: "hidden", label: "In the background" },
  { value: "always", label: "Always" },
] as const;

/** Whether this browser shows a notification when an agent is done or asks. */
export function NoticeSettings() {
  const choice = useNoticeChoice();
  const [isRefused, setRefused] = useState(false);
  return (
    <Section title="Notifications" hint="When an agent is done, has failed or needs you. The number in the page's title is always there.">
      <Row label="Show">
        {canNotify() ? (
          <Segmented
            label="Notifications"
            options={CHOICES}
            value={choice}
            onChange={(next) => void chooseNotices(next).then((isAllowed) => setRefused(!isAllowed))}
          />
        ) : (
          <span className="text-muted">This browser shows none at this address: it needs https, or this machine's own address.</span>
        )}
      </Row>
      {isRefused && (
        <p role="alert" className="text-muted">
          The browser has not allowed it. It can be allowed in the browser's settings for this page.
        </p>
      )}
    </Section>
  );
}
