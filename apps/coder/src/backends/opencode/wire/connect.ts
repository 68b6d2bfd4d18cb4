import { ApiClient } from "./api/api-client.ts";
import { findDialect } from "./api/api-dialect.ts";
import { makeApiRequest } from "./api/api-request.ts";
import { OpencodeClient, type ServerClient } from "./opencode-client.ts";
import type { OpencodeAddress } from "./opencode-fetch.ts";

/** Makes the client for a server that listens. Throws `OpencodeRequestError`. */
export async function connect(address: OpencodeAddress, { api, version }: { api: 1 | 2; version: string }): Promise<ServerClient> {
  if (api === 1) return new OpencodeClient(address);
  return new ApiClient({ address, dialect: await findDialect(makeApiRequest(address)), version });
}
