import type { ReactNode } from "react";
import { agentHue } from "./agent-hue.ts";

/** Our own line icons on a 16 by 16 grid, simple enough to tell apart at 12 px. */
const GLYPHS: Readonly<Record<string, ReactNode>> = {
  boocode: (
    <>
      <path d="M3 13.2V7a5 5 0 0 1 10 0v6.2l-1.7-1.1-1.6 1.1L8 12.1l-1.7 1.1-1.6-1.1z" />
      <path d="M6.2 7.2v.6M9.8 7.2v.6" />
    </>
  ),
  opencode: <path d="M4 3h8v10H4zM6.75 6h2.5v4h-2.5z" />,
  qwen: <path d="m8 2 5.2 3v6L8 14l-5.2-3V5zM8 5.4v5.2M5.7 6.7l4.6 2.6M10.3 6.7 5.7 9.3" />,
  goose: <path d="M4 2.8c2.2-.6 4 .6 4 3v1.7c0 .8.5 1.2 1.3 1.2h4.2c0 2.9-2 4.6-4.9 4.6-3.1 0-4.9-1.9-4.9-4.6V5.2L2.5 4.6z" />,
  claude: <path d="M8 2.2v11.6M2.2 8h11.6M3.9 3.9l8.2 8.2M12.1 3.9l-8.2 8.2" />,
  codex: <path d="M2.5 4.2h11v7.6h-11zM5 6.7 6.6 8 5 9.3M8.4 9.6h2.6" />,
  gemini: <path d="M8 1.8c.4 3.7 2.5 5.8 6.2 6.2-3.7.4-5.8 2.5-6.2 6.2C7.6 10.5 5.5 8.4 1.8 8 5.5 7.6 7.6 5.5 8 1.8z" />,
  pi: <path d="M2.8 4.5h10.4M5.7 4.5v8.3M10.3 4.5v6.6c0 1.2.6 1.7 1.7 1.7h.4" />,
};

const OTHER = <path d="M8 2.5 13.5 8 8 13.5 2.5 8z" />;

/** The icon of an agent in its colour. `size` is in pixels. Hidden from screen readers, because the agent's name is next to it. */
export function AgentIcon({ agent, size = 14, className }: { agent: string; size?: number; className?: string }) {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={size < 14 ? 1.6 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ color: agentHue(agent) }}
      className={`shrink-0 ${className ?? ""}`}
    >
      {GLYPHS[agent] ?? OTHER}
    </svg>
  );
}
