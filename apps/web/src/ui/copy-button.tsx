import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";
import { copyText } from "./browser/copy-text.ts";

type CopyButtonProps = {
  /** The text to copy, or a function that makes it on click. */
  text: string | (() => string);
  /** The accessible name. */
  label?: string;
  /** Shows the label as text next to the icon. */
  showLabel?: boolean;
  className?: string;
};

/** Copies a text and confirms it for a moment. */
export function CopyButton({ text, label = "Copy", showLabel = false, className }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => setCopied(await copyText(typeof text === "string" ? text : text()));
  const Icon = copied ? Check : Copy;
  if (showLabel) {
    return (
      <Button size="sm" variant="secondary" onClick={() => void copy()} {...(className ? { className } : {})}>
        <Icon aria-hidden className="size-3.5" />
        {copied ? "Copied" : label}
      </Button>
    );
  }
  return (
    <IconButton size="sm" label={copied ? "Copied" : label} onClick={() => void copy()} {...(className ? { className } : {})}>
      <Icon aria-hidden />
    </IconButton>
  );
}
