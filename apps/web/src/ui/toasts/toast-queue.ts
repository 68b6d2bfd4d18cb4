const waiting: (() => void)[] = [];
let isReady = false;

/** Runs `show` once toasts can appear. */
export function whenToasterReady(show: () => void): void {
  if (isReady) show();
  else waiting.push(show);
}

/** The toaster is on the page: what waited for it is shown. */
export function markToasterReady(): void {
  isReady = true;
  for (const show of waiting.splice(0)) show();
}
