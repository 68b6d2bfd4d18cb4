import { TriangleAlert } from "lucide-react";
import { Component, type ErrorInfo, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { EmptyState } from "./empty-state.tsx";

type Props = {
  /** The subject of the sentence "… could not be shown". */
  what: string;
  /** Replaces the text for a whole region, for small elements. */
  fallback?: ((details: () => string) => ReactNode) | undefined;
  children: ReactNode;
};
type State = { error: Error | null; componentStack: string };

/** Confines a rendering failure to one region. Typed text is stored elsewhere and not lost. Needs a `key` for what it shows. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, componentStack: "" };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(_: unknown, info: ErrorInfo): void {
    this.setState({ componentStack: info.componentStack ?? "" });
  }

  override render(): ReactNode {
    const { error, componentStack } = this.state;
    if (!error) return this.props.children;
    const details = () => `${error.stack ?? error.message}\n${componentStack}`;
    if (this.props.fallback) return this.props.fallback(details);
    return (
      <div role="alert" className="grid h-full min-h-48 place-items-center overflow-auto">
        <EmptyState
          icon={<TriangleAlert aria-hidden />}
          title={`${this.props.what} could not be shown`}
          hint="This is a bug in BooCode. Your drafts and everything you sent are kept."
          action={
            <>
              <Button size="sm" variant="primary" onClick={() => this.setState({ error: null })}>
                Show it again
              </Button>
              <CopyButton showLabel label="Copy details" text={details} />
            </>
          }
        />
      </div>
    );
  }
}
