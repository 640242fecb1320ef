import { apiReportFindings } from './apiReportFindings.ts';

const REPORT = [
  '// @public',
  'export interface Options {',
  '  // Warning: (ae-forgotten-export) The symbol "Clock" needs to be exported',
  '  clock: Clock;',
  '}',
  "export const message = '(ae-x) y';",
  '// Warning: (tsdoc-undefined-tag) The tag "@generated" is not defined',
  '// Warnings were encountered during analysis:',
  '//',
  '// src/a.d.ts:1:1 - (ae-unresolved-link) The @link could not be resolved',
].join('\n');

it('finds warnings where they are and at the end', () => {
  expect(apiReportFindings('a/report.api.md', REPORT, /./)).toEqual([
    'a/report.api.md:3: The symbol "Clock" needs to be exported (ae-forgotten-export)',
    'a/report.api.md:7: The tag "@generated" is not defined (tsdoc-undefined-tag)',
    'a/report.api.md:10: The @link could not be resolved (ae-unresolved-link)',
  ]);
});

it('finds those of the kind that counts', () => {
  expect(apiReportFindings('a/report.api.md', REPORT, /^tsdoc-/)).toEqual([
    'a/report.api.md:7: The tag "@generated" is not defined (tsdoc-undefined-tag)',
  ]);
});
