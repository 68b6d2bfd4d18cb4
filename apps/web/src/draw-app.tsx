import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";

/** Draws the page into an element. */
export function drawApp(root: HTMLElement): void {
  createRoot(root).render(<App />);
}
