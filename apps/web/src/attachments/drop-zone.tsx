import { Paperclip } from "lucide-react";
import { useEffect, useEffectEvent, useState, type RefObject } from "react";

/** Takes files that are dropped on an element, and shows that it would. A file dropped beside it does not replace the page. */
export function DropZone({ target, onFiles }: { target: RefObject<HTMLElement | null>; onFiles: (data: DataTransfer) => void }) {
  const [isOver, setOver] = useState(false);
  const take = useEffectEvent(onFiles);
  useEffect(() => {
    const isHere = (event: DragEvent) => event.target instanceof Node && target.current?.contains(event.target) === true;
    const onOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      // Each chat beside another one hears of it; the one below the pointer decides.
      if (isHere(event) || !event.defaultPrevented) event.dataTransfer.dropEffect = isHere(event) ? "copy" : "none";
      event.preventDefault();
      setOver(isHere(event));
    };
    const onLeave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const onDrop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(false);
      if (isHere(event)) take(event.dataTransfer);
    };
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, [target]);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none absolute inset-2 z-20 flex items-center justify-center rounded-xl border-2 border-dashed border-accent bg-canvas/80">
      <span className="flex items-center gap-2 text-md font-medium">
        <Paperclip aria-hidden className="size-4" /> Drop files to attach them
      </span>
    </div>
  );
}
