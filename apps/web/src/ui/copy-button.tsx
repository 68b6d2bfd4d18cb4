import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";
import { copyText } from "./browser/copy-text.ts";

type CopyButtonProps = {
  /** What to copy, or how to make it when it is asked for. */
  text: string | (() => string);
  /** Its accessible name. */
  label?: string;
  /** With its label as text beside the icon. */
  showLabel?: boolean;
  className?: string;
};

/** Copies a text and says so for a moment. */
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
