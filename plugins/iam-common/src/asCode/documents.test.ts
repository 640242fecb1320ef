import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  asCodeDocuments,
  asCodeJsonSchema,
  AS_CODE_API_VERSION,
} from './documents';
import { checkInput } from '../parseInput';

const head = (kind: string) => ({ apiVersion: AS_CODE_API_VERSION, kind });

describe('documents', () => {
  it('have a JSON schema that is published as it is', async () => {
    const file = resolve(__dirname, '../../schema/as-code.v1.json');
    const published = JSON.parse(await readFile(file, 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(asCodeJsonSchema())));
  });

  it('need a name unless they are to go', () => {
    const group = { ...head('Group'), organization: 'acme', slug: 'devs' };
    expect(checkInput(asCodeDocuments.Group, group)).toEqual({
      faults: [
        {
          code: 'iam.input.missing',
          path: ['name'],
          message: 'name is required',
        },
      ],
    });
    expect(
      checkInput(asCodeDocuments.Group, { ...group, state: 'absent' }),
    ).toMatchObject({ data: { state: 'absent', prune: false } });
  });

  it('say all that is wrong, each with its place', () => {
    const checked = checkInput(asCodeDocuments.Project, {
      ...head('Project'),
      organization: 'acme',
      slug: 'web site',
      name: 'Website',
      roles: [{ key: 'reader', name: 'Reader', colour: 'red' }],
      grants: [{ subject: 'ann', role: 'reader' }],
    });
    expect(checked).toMatchObject({
      faults: [
        { code: 'iam.input.alphabet', path: ['slug'] },
        { code: 'iam.input.unknown_field', path: ['roles', 0, 'colour'] },
        { code: 'iam.input.format', path: ['grants', 0, 'subject'] },
      ],
    });
  });
});
