/** Reads every page of a list that is known to be short. */
export async function allPages<T>(
  read: (pageToken: string) => Promise<{ items: readonly T[]; next: string }>,
): Promise<T[]> {
  const all: T[] = [];
  let pageToken = '';
  do {
    const { items, next } = await read(pageToken);
    all.push(...items);
    pageToken = next;
  } while (pageToken);
  return all;
}
