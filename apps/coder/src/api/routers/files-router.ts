import { Oid } from "@boocode/shared/changes/edits/file-edit";
import { FILE_LIMITS } from "@boocode/shared/files/file-limits";
import { FilePath } from "@boocode/shared/files/file-path";
import { SearchInput } from "@boocode/shared/files/file-search";
import { EditId, SessionId } from "@boocode/shared/ids";
import { z } from "zod";
import { procedure, router } from "../trpc.ts";

const session = z.object({ sessionId: SessionId });
const file = session.extend({ path: FilePath });
const Text = z.string().max(FILE_LIMITS.textBytes);

export const filesRouter = router({
  mentions: procedure
    .input(session.extend({ query: z.string().max(500), limit: z.number().int().min(1).max(100).default(30) }))
    .query(({ ctx, input }) => ctx.parts.files.find(input.sessionId, input.query, input.limit)),
  open: procedure.input(session).mutation(({ ctx, input }) => ctx.parts.fileViews.open(input.sessionId)),
  tree: procedure
    .input(
      session.extend({
        path: z.string().max(4_096).default(""),
        from: z.number().int().nonnegative().default(0),
        limit: z.number().int().min(1).max(FILE_LIMITS.entries).default(FILE_LIMITS.entries),
      }),
    )
    .query(({ ctx, input }) => ctx.parts.fileViews.tree(input)),
  read: procedure.input(file.extend({ known: Oid.nullable().default(null) })).query(({ ctx, input }) => ctx.parts.fileViews.read(input)),
  search: procedure.input(SearchInput).query(({ ctx, input, signal }) => ctx.parts.fileSearch.search(input, signal)),
  write: procedure
    .input(file.extend({ text: Text, baseOid: Oid.nullable() }))
    .mutation(({ ctx, input }) => ctx.parts.fileSaves.write(input)),
  create: procedure.input(file.extend({ text: Text.default("") })).mutation(({ ctx, input }) => ctx.parts.fileSaves.create(input)),
  rename: procedure.input(file.extend({ to: FilePath })).mutation(({ ctx, input }) => ctx.parts.fileSaves.rename(input)),
  delete: procedure.input(file).mutation(({ ctx, input }) => ctx.parts.fileSaves.delete(input)),
  undo: procedure.input(session.extend({ editId: EditId })).mutation(({ ctx, input }) => ctx.parts.fileSaves.undo(input)),
});
