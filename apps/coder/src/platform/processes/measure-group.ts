import { SYSTEM_TABLE } from "./table/system-table.ts";

/** The memory that a process group holds, in bytes; null where it is gone or it cannot be told. Never rejects. */
export async function measureGroup(leader: number, table = SYSTEM_TABLE): Promise<number | null> {
  try {
    const group = (await table.list()).filter(({ group: its, isZombie }) => its === leader && !isZombie);
    return await table.readMemory(group.map(({ pid }) => pid));
  } catch {
    // The system does not say what runs.
    return null;
  }
}
