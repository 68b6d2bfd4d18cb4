import type { Attachment } from "@boocode/shared/attachments/attachment";
import { Download } from "lucide-react";
import { useEffect, useState } from "react";
import { BlobError, readBlob } from "../api/blobs.ts";
import { formatBytes } from "../changes/change-rows.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/popups/dialog.tsx";
import { downloadFile } from "./download-file.ts";

type ImageDialogProps = { file: Attachment; isOpen: boolean; onClose: () => void };

/** An attached image as large as the window allows. */
export default function ImageDialog({ file, isOpen, onClose }: ImageDialogProps) {
  return (
    <Dialog
      open={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title={file.name}
      description={formatBytes(file.bytes)}
      className="max-w-6xl!"
      footer={
        <>
          <Button onClick={() => downloadFile(file)}>
            <Download aria-hidden className="size-3.5" /> Download
          </Button>
          <Button data-safest onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <WholeImage file={file} />
    </Dialog>
  );
}

function WholeImage({ file: { blobId, name } }: { file: Attachment }) {
  const [shown, setShown] = useState<{ address: string } | { failure: string } | null>(null);
  useEffect(() => {
    let address: string | null = null;
    let isCurrent = true;
    readBlob(blobId).then(
      (content) => {
        if (!isCurrent) return;
        address = URL.createObjectURL(content);
        setShown({ address });
      },
      (error: unknown) => isCurrent && setShown({ failure: error instanceof BlobError ? error.words.title : "The image cannot be read" }),
    );
    return () => {
      isCurrent = false;
      if (address !== null) URL.revokeObjectURL(address);
    };
  }, [blobId]);
  return (
    <div className="flex min-h-40 items-center justify-center rounded-md bg-inset">
      {shown === null ? (
        <span className="text-sm text-muted">Reading…</span>
      ) : "failure" in shown ? (
        <span className="text-sm text-muted">{shown.failure}</span>
      ) : (
        <img
          src={shown.address}
          alt={name}
          onError={() => setShown({ failure: "The image is damaged" })}
          className="max-h-[70dvh] max-w-full object-contain"
        />
      )}
    </div>
  );
}
