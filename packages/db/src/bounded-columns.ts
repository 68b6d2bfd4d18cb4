import { sql } from "kysely";

/** What a page of a transcript may take up: about what one answer should hold back others for. */
export const MAX_PAGE_BYTES = 1024 * 1024;
/** What one event may take up where it is read to be shown. What is recorded stays below; earlier versions had no limit. */
const MAX_EVENT_BYTES = 1024 * 1024;
/** Characters that are shown of a text that is larger. */
const SHOWN_CHARS = 200_000;

/** What a payload takes up as it is read to be shown. Told without reading it. */
export const boundedBytes = (table: string) =>
  sql<number>`case when octet_length(${sql.ref(`${table}.payload`)}) <= ${sql.lit(MAX_EVENT_BYTES)}
    then octet_length(${sql.ref(`${table}.payload`)}) else ${sql.lit(SHOWN_CHARS)} end`;

/** A row as it is read to be shown: of a payload that is too large, the text is cut before it is read. */
export const BOUNDED_COLUMNS = [
  "session_id",
  "seq",
  "chat_id",
  "task_id",
  "item_key",
  "item_seq",
  "type",
  "at",
  sql<string>`case when octet_length(payload) <= ${sql.lit(MAX_EVENT_BYTES)} then payload
    else json_set(payload, '$.text', substr(json_extract(payload, '$.text'), 1, ${sql.lit(SHOWN_CHARS)})
      || char(10) || char(10) || '… The rest is too long to be shown.') end`.as("payload"),
] as const;
