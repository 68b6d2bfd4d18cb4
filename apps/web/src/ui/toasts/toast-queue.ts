const waiting: (() => void)[] = [];
let isReady = false;

/** Runs `show` once toasts can be shown. */
export function whenToasterReady(show: () => void): void {
  if (isReady) show();
  else waiting.push(show);
}

/** Shows the waiting toasts, after the toaster has been rendered. */
export function markToasterReady(): void {
  isReady = true;
  for (const show of waiting.splice(0)) show();
}
