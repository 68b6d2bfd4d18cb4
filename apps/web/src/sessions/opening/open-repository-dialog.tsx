import { Dialog } from "../../ui/popups/dialog.tsx";
import { OpenRepository } from "./open-repository.tsx";

/** Opens another repository from the sidebar. */
export default function OpenRepositoryDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Open a repository"
      description="A folder on this machine that is a git repository."
      className="max-w-lg"
    >
      <OpenRepository onOpened={onClose} />
    </Dialog>
  );
}
