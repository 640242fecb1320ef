import { describe as describeDocuments } from './describe';
import { readDocuments } from './readDocuments';

const read = (text: string, path = 'access.yaml') =>
  readDocuments([{ path, text }]);

const where = (text: string) =>
  read(text).faults.map(
    ({ code, place }) =>
      `${code} ${place?.file}:${place?.line}:${place?.column}`,
  );

describe('reading documents', () => {
  it('takes several of one file, and passes over other kinds', () => {
    const { documents, faults } = read(`
apiVersion: iam.callboard/v1
kind: Organization
slug: acme
name: Acme
---
apiVersion: backstage.io/v1alpha1
kind: Component
---
# nothing
---
apiVersion: iam.callboard/v1
kind: Group
organization: acme
slug: devs
name: Developers
members: [ann, { user: bob, state: absent }]
`);
    expect(faults).toEqual([]);
    expect(documents.map(({ document }) => document.kind)).toEqual([
      'Organization',
      'Group',
    ]);
    expect(documents[1]!.placeOf('members', 1)).toEqual({
      file: 'access.yaml',
      line: 17,
      column: 16,
    });
  });

  it('takes JSON', () => {
    const { documents, faults } = read(
      '{"apiVersion":"iam.callboard/v1","kind":"Group","organization":"acme","slug":"devs","name":"Devs"}',
      'devs.json',
    );
    expect(faults).toEqual([]);
    expect(documents).toHaveLength(1);
  });

  it('says line and column of what is wrong', () => {
    expect(
      where(`apiVersion: iam.callboard/v1
kind: Project
organization: acme
slug: website
name: Website
roles:
  - key: reader
    name: Reader
    permissions:
      - pattern: "**"
  - key: writer
grant: []
`),
    ).toEqual([
      'iam.input.format access.yaml:10:18',
      'iam.input.missing access.yaml:11:5',
      'iam.input.unknown_field access.yaml:12:8',
    ]);
    expect(where('apiVersion: iam.callboard/v2\nkind: Group\n')).toEqual([
      'iam.as_code.kind access.yaml:1:13',
    ]);
    expect(where('kind: Group\n')).toEqual([
      'iam.as_code.kind access.yaml:1:1',
    ]);
    expect(where('apiVersion: iam.callboard/v1\nkind: Team\n')).toEqual([
      'iam.as_code.kind access.yaml:2:7',
    ]);
  });

  it('says where the syntax is wrong, and reads the other documents', () => {
    const { documents, faults } = read(`slug: [
---
apiVersion: iam.callboard/v1
kind: Organization
slug: acme
name: Acme
`);
    expect(documents).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      code: 'iam.as_code.syntax',
      place: { file: 'access.yaml' },
    });
    expect(where('a: 1\na: 2\n')[0]).toBe('iam.as_code.syntax access.yaml:2:1');
  });

  it('refuses a billion laughs', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n += 1) {
      const before = `*a${n - 1}`;
      lines.push(`a${n}: &a${n} [${Array(9).fill(before).join(', ')}]`);
    }
    expect(where(lines.join('\n'))).toEqual([
      'iam.as_code.syntax access.yaml:1:1',
    ]);
  });

  it('refuses what is described twice, or not for this source to describe', () => {
    const group = (organization: string) => `apiVersion: iam.callboard/v1
kind: Group
organization: ${organization}
slug: devs
name: Developers
`;
    const { documents } = read(
      [group('acme'), group('acme'), group('globex')].join('---\n'),
    );
    const { faults } = describeDocuments(
      documents,
      { organizations: ['acme'] },
      new Date(),
    );
    expect(faults.map(({ code, place }) => `${code} ${place?.line}`)).toEqual([
      'iam.as_code.described_twice 10',
      'iam.as_code.out_of_scope 15',
    ]);
  });
});
