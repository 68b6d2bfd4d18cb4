import { FindInChatQuery, SearchQuery } from "@boocode/shared/search/search";
import { procedure, router } from "../trpc.ts";

export const searchRouter = router({
  query: procedure.input(SearchQuery).query(({ ctx, input }) => ctx.parts.search.query(input)),
  inChat: procedure.input(FindInChatQuery).query(({ ctx, input }) => ctx.parts.search.findInChat(input)),
});
