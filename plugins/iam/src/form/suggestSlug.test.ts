import { slugSchema } from '@callboard/plugin-iam-common';
import { suggestSlug } from './suggestSlug';

it.each([
  ['Example Ltd', 'example-ltd'],
  ['Übersicht  2', 'ubersicht-2'],
  ['3rd Floor!', 'rd-floor'],
  ['--', ''],
  ['東京', ''],
])('makes of %j %j', (name, slug) => {
  expect(suggestSlug(name)).toBe(slug);
});

it('suggests what the server takes', () => {
  for (const name of ['Example Ltd', 'A'.repeat(80), `${'a'.repeat(62)} b`]) {
    expect(slugSchema.safeParse(suggestSlug(name)).success).toBe(true);
  }
});
