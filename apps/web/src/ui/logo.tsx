/** BooCode's logo. `size` is its height in pixels. Hidden from screen readers, because the name is next to it. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg aria-hidden width={(size * 44) / 56} height={size} viewBox="10 4 44 56" className="shrink-0">
      <path
        className="fill-ink"
        d="M32 5C19.6 5 10.7 14.3 10.7 26.6V54c0 3.3 3.7 5.1 6.2 3.1l3.4-2.7c1.4-1.1 3.4-1.1 4.8 0l4.4 3.5c1.5 1.2 3.6 1.2 5.1 0l4.4-3.5c1.4-1.1 3.4-1.1 4.8 0l3.4 2.7c2.5 2 6.2.2 6.2-3.1V26.6C53.3 14.3 44.4 5 32 5Z"
      />
      <path
        className="stroke-canvas"
        fill="none"
        strokeWidth="4.6"
        strokeLinecap="round"
        strokeLinejoin="round"
        d="m22.5 22.5 5.7 5.7-5.7 5.7M34 34.5h8.2"
      />
    </svg>
  );
}
