import { useQuery } from "@tanstack/react-query";
import { Logo } from "../ui/logo.tsx";
import { healthQuery } from "./health.ts";
import { Section } from "./section.tsx";

/** The program's version, and whether the daemon is well. */
export function About() {
  const { data: health } = useQuery(healthQuery);
  return (
    <Section title="About">
      <div className="flex items-center gap-3">
        <Logo size={28} />
        <div>
          <p className="font-medium">BooCode {health?.version}</p>
          <p className="text-muted">
            {health
              ? health.status === "ok"
                ? "The daemon is healthy."
                : "The daemon is running, but something in it is not working."
              : "Asking the daemon…"}
          </p>
        </div>
      </div>
    </Section>
  );
}
