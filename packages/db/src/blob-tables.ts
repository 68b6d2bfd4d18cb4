/** A content that prompts can carry. Its bytes are in a file. */
export interface BlobTable {
  /** The SHA-256 of the bytes. */
  id: string;
  bytes: number;
  type: string;
  /** When it was stored last for a prompt that was not sent yet; null once one carries it. */
  held_since: number | null;
}

/** Which prompts carry a content. Primary key `(task_id, blob_id)`. Deleted with its task; it keeps its content from being deleted. */
export interface BlobUseTable {
  task_id: string;
  blob_id: string;
}
