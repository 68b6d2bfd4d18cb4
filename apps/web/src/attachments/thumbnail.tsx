import type { BlobId } from "@boocode/shared/ids";
import { clsx } from "clsx";
import { ImageIcon, ImageOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { thumbnailOf } from "./thumbnails.ts";

/** How far outside of the view an image is made ready. */
const AHEAD = "400px";

/** A small picture of a stored image, loaded when it comes near the view. Its size is the frame's, so nothing moves when it appears. */
export function Thumbnail({ blobId, alt, className }: { blobId: BlobId; alt: string; className: string }) {
  const frame = useRef<HTMLSpanElement>(null);
  const [isNear, setNear] = useState(false);
  const [address, setAddress] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const watcher = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true), {
      rootMargin: AHEAD,
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (!isNear) return;
    let isCurrent = true;
    void thumbnailOf(blobId).then((url) => isCurrent && setAddress(url));
    return () => {
      isCurrent = false;
    };
  }, [blobId, isNear]);
  return (
    <span ref={frame} className={clsx("flex shrink-0 items-center justify-center overflow-hidden bg-inset text-faint", className)}>
      {address ? (
        <img src={address} alt={alt} draggable={false} onError={() => setAddress(null)} className="size-full object-cover" />
      ) : address === null ? (
        <ImageOff role="img" aria-label={alt} className="size-4" />
      ) : (
        <ImageIcon aria-hidden className="size-4 opacity-60" />
      )}
    </span>
  );
}
