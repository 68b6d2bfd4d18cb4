import type { Attachment, GivenAttachment } from "@boocode/shared/attachments/attachment";
import { FileDown } from "lucide-react";
import { Suspense, useState } from "react";
import { useAgents } from "../agents/use-agents.ts";
import { formatBytes } from "../changes/change-rows.ts";
import { describeGiven, nameFile } from "./describe-attachment.ts";
import { downloadFile } from "./download-file.ts";
import { Thumbnail } from "./thumbnail.tsx";
import { later } from "../ui/browser/later.ts";

const ImageDialog = later(() => import("./image-dialog.tsx"));

type PromptFilesProps = {
  files: readonly Attachment[];
  /** How the agent was given them; undefined before its turn. */
  given?: { to: string; files: readonly GivenAttachment[] } | undefined;
};

/** The files of a prompt in the transcript: an image opens larger, anything else is downloaded. */
export function PromptFiles({ files, given }: PromptFilesProps) {
  const images = files.filter(({ type }) => type.startsWith("image/"));
  const others = files.filter(({ type }) => !type.startsWith("image/"));
  return (
    <div className="flex max-w-full flex-col items-end gap-1.5 pl-6 sm:pl-12">
      {images.length > 0 && (
        <ul aria-label="Attached images" className="flex flex-wrap justify-end gap-1.5">
          {images.map((file, place) => (
            <li key={`${file.blobId} ${place}`}>
              <ImageButton file={file} />
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <ul aria-label="Attached files" className="flex max-w-full flex-wrap justify-end gap-1.5">
          {others.map((file, place) => (
            <li key={`${file.blobId} ${place}`} className="max-w-full">
              <button
                type="button"
                aria-label={`Download ${nameFile(file)}`}
                onClick={() => downloadFile(file)}
                className="flex h-8 max-w-full items-center gap-2 rounded-md border border-line bg-inset px-2.5 text-sm hover:bg-hover pointer-coarse:h-11"
              >
                <FileDown aria-hidden className="size-3.5 shrink-0 text-muted" />
                <span className="min-w-0 truncate">{file.name}</span>
                <span className="tabular shrink-0 text-xs text-faint">{formatBytes(file.bytes)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {given && <GivenLines given={given} />}
    </div>
  );
}

function GivenLines({ given: { to, files } }: { given: NonNullable<PromptFilesProps["given"]> }) {
  const agents = useAgents();
  const lines = describeGiven(agents?.find(({ id }) => id === to)?.name ?? to, files);
  return lines.map((line) => (
    <p key={line} className="text-right text-xs text-faint [overflow-wrap:anywhere]">
      {line}
    </p>
  ));
}

function ImageButton({ file }: { file: Attachment }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-label={`Open ${nameFile(file)}`}
        aria-haspopup="dialog"
        title={file.name}
        onClick={() => setOpen(true)}
        className="block overflow-hidden rounded-lg border border-line hover:border-line-strong"
      >
        <Thumbnail blobId={file.blobId} alt="" className="h-[108px] w-[144px]" />
      </button>
      {isOpen && (
        <Suspense>
          <ImageDialog file={file} isOpen onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
