import { clsx } from "clsx";
import type { ReactNode } from "react";

type EmptyStateProps = {
  icon?: ReactNode;
  /** One sentence that says what would be here. */
  title: string;
  /** True if it is all that a page shows, so that its title is the page's heading. */
  isPage?: boolean;
  /** What to do about it. */
  hint?: ReactNode;
  /** The first action: a button. */
  action?: ReactNode;
  className?: string;
};

/** The placeholder of an empty list or pane. */
export function EmptyState({ icon, title, isPage = false, hint, action, className }: EmptyStateProps) {
  const Title = isPage ? "h1" : "p";
  return (
    <div className={clsx("flex flex-col items-center justify-center gap-1 px-6 py-8 text-center", className)}>
      {icon && <div className="mb-2 text-faint [&>svg]:size-5">{icon}</div>}
      <Title className="font-medium text-ink">{title}</Title>
      {hint && <p className="max-w-72 text-pretty text-muted">{hint}</p>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
