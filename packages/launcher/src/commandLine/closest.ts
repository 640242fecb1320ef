/** How many letters differ between two words, as edits (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The word that was probably meant, if one is near enough to be. */
export function closest(word: string, known: string[]): string | undefined {
  const bare = word.replace(/^-+/, '').toLowerCase();
  const [best] = known
    .map(name => ({
      name,
      distance:
        bare.length > 1 && name.startsWith(bare) ? 0 : editDistance(bare, name),
    }))
    .filter(({ name, distance }) => distance <= Math.ceil(name.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return best?.name;
}
