import { summaryOf } from './ImportResult';

const counts = { rows: 1_200, added: 1_000, valid: 1_100, failed: 1 };
const of = (step: Parameters<typeof summaryOf>[0]['step'], total?: number) =>
  summaryOf({ step, counts, total, failures: [] });

it('says how far an import is', () => {
  expect(of('tried', 1_200)).toBe(
    'Tried out, nothing is stored: 1,100 people would be added, 1 row is wrong.',
  );
  expect(of('importing', 5_000)).toBe(
    '1,200 of 5,000 rows dealt with: 1,000 people added, 1 row is wrong.',
  );
  expect(of('stopped', 5_000)).toMatch(/^Stopped after 1,200 of 5,000 rows\./);
  expect(of('imported')).toBe('Done: 1,000 people added, 1 row is wrong.');
});
