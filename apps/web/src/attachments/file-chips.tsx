import type { Attachment } from "@boocode/shared/attachments/attachment";
import { CircleAlert, File, RotateCcw, X } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes } from "../changes/change-rows.ts";
import { Spinner } from "../ui/spinner.tsx";
import { Thumbnail } from "./thumbnail.tsx";
import type { Upload } from "./upload-store.ts";

type FileChipsProps = {
  files: readonly Attachment[];
  onRemove: (place: number) => void;
  uploads?: readonly Upload[];
  onRetry?: (id: number) => void;
  onDrop?: (id: number) => void;
};

/** The files that a prompt will carry, with those on their way. Renders nothing without. */
export function FileChips({ files, onRemove, uploads = [], onRetry, onDrop }: FileChipsProps) {
  if (files.length === 0 && uploads.length === 0) return null;
  return (
    <ul aria-label="Attached files" className="flex max-h-36 flex-wrap gap-1.5 overflow-y-auto px-2.5 pt-2.5">
      {files.map((file, place) => (
        <Chip
          key={`${file.blobId} ${place}`}
          name={file.name}
          detail={formatBytes(file.bytes)}
          onRemove={() => onRemove(place)}
          icon={
            file.type.startsWith("image/") ? (
              <Thumbnail blobId={file.blobId} alt="" className="size-9 rounded-[5px]" />
            ) : (
              <span className="flex size-9 shrink-0 items-center justify-center rounded-[5px] bg-canvas text-muted">
                <File aria-hidden className="size-4" />
              </span>
            )
          }
        />
      ))}
      {uploads.map(({ id, name, bytes, progress, failure }) => (
        <Chip
          key={id}
          name={name}
          detail={failure ? failure.title : `${Math.round(progress * 100)} % of ${formatBytes(bytes)}`}
          hint={failure?.hint}
          isFailed={failure !== null}
          onRemove={() => onDrop?.(id)}
          icon={
            <span className="flex size-9 shrink-0 items-center justify-center rounded-[5px] bg-canvas text-muted">
              {failure ? <CircleAlert aria-hidden className="size-4 text-removed" /> : <Spinner />}
            </span>
          }
          action={
            failure && (
              <button
                type="button"
                aria-label={`Try again to attach ${name}`}
                title="Try again"
                onClick={() => onRetry?.(id)}
                className="flex size-6 shrink-0 items-center justify-center rounded-md hover:bg-hover hover:text-ink pointer-coarse:size-9"
              >
                <RotateCcw aria-hidden className="size-3" />
              </button>
            )
          }
        />
      ))}
    </ul>
  );
}

type ChipProps = {
  name: string;
  detail: string;
  hint?: string | undefined;
  isFailed?: boolean;
  icon: ReactNode;
  action?: ReactNode;
  onRemove: () => void;
};

function Chip({ name, detail, hint, isFailed = false, icon, action, onRemove }: ChipProps) {
  return (
    <li
      title={hint === undefined ? name : `${name}\n${detail}. ${hint}`}
      className="flex h-12 w-[calc(50%-3px)] max-w-full sm:w-56 items-center gap-2 rounded-lg border border-line bg-inset pr-1 pl-1.5 text-sm text-muted"
    >
      {icon}
      <span className="flex min-w-0 flex-1 flex-col leading-[17px]">
        <span className="truncate text-ink">{name}</span>
        <span role={isFailed ? "alert" : undefined} className="tabular truncate text-xs">
          {detail}
        </span>
      </span>
      {action}
      <button
        type="button"
        aria-label={`Remove ${name}`}
        onClick={onRemove}
        className="flex size-6 shrink-0 items-center justify-center rounded-md hover:bg-hover hover:text-ink pointer-coarse:size-9"
      >
        <X aria-hidden className="size-3" />
      </button>
    </li>
  );
}
