/** Bulk import: any file, cut off anywhere, gone on with. */
import {
  accessIdOf,
  builtInPolicies,
  type OrganizationId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { outcome, TestIam } from '../commands/__testUtils__/TestIam';
import { userAggregate } from '../domain/user/user';
import { TestProcesses } from '../processes/__testUtils__/TestProcesses';
import { ViewLoginNames } from './LoginNames';
import type { Source } from './readRows';
import {
  MAX_ROWS,
  UserImports,
  type ImportSettings,
  type RowReport,
} from './UserImports';

jest.setTimeout(180_000);

let iam: TestIam;
let processes: TestProcesses;
let imports: UserImports;

beforeAll(async () => {
  iam = await TestIam.start();
  processes = await TestProcesses.start(iam);
  imports = new UserImports({
    runner: iam.runner,
    log: iam.store.log,
    authorizer: iam.authorizer,
    loginNames: new ViewLoginNames({
      view: processes.users,
      log: iam.store.log,
      knex: iam.knex,
    }),
  });
});

afterAll(async () => {
  await processes?.stop();
  await iam?.stop();
});

const HEADER = 'username,email,givenName,familyName,displayName,language\n';

/** A file in pieces of some bytes, as it comes over the network. */
async function* inPieces(text: string, bytes = 1_000): Source {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += bytes) {
    yield all.subarray(at, at + bytes);
  }
}

const person = (prefix: string, at: number) =>
  `${prefix}${at},${prefix}${at}@example.org,Jürgen ${at},O'Hara,,de\n`;
const people = (prefix: string, count: number) =>
  HEADER +
  Array.from({ length: count }, (_, at) => person(prefix, at)).join('');

const settings = (more: Partial<ImportSettings> = {}): ImportSettings => ({
  organization: iam.home,
  importId: iam.name('import'),
  format: 'csv',
  ...more,
});

async function runAll(
  given: ImportSettings,
  text: string,
  bytes?: number,
): Promise<RowReport[]> {
  const report: RowReport[] = [];
  for await (const row of imports.run(
    iam.owner,
    given,
    inPieces(text, bytes),
  )) {
    report.push(row);
  }
  return report;
}

const codes = (report: readonly RowReport[]) =>
  report.map(row =>
    row.outcome === 'failed'
      ? [row.code, row.field].filter(Boolean).join(' ')
      : row.outcome,
  );

describe('an import', () => {
  it('adds everybody, whatever the pieces it comes in', async () => {
    const report = await runAll(settings(), people('ann', 250), 7);
    expect(report.map(({ row }) => row)).toEqual(
      Array.from({ length: 250 }, (_, at) => at + 1),
    );
    expect(new Set(codes(report))).toEqual(new Set(['added']));
    const { user } = report[7] as { user: UserId };
    expect(await iam.state(userAggregate, user)).toMatchObject({
      status: 'initial',
      username: 'ann7',
      email: { value: 'ann7@example.org', verified: false },
      profile: { displayName: "Jürgen 7 O'Hara", language: 'de' },
    });
  });

  it('says of each row what is wrong with it, and adds the others', async () => {
    const file = `${HEADER}${person('bob', 1)}
${person('bob', 1)}BOB2,bob1@example.org,B,B,,
,x@example.org,B,B,,
bob3,bob3,B,B,,
bob4,bob4@example.org,,B,,
bob5,bob5@example.org,B,B,,not a language
bob6,bob6@example.org,B
"bob7","bob7@example.org","Bo
b","B",,
\u0430nn,bob8@example.org,B,B,,
bob9,bob9@example.org,B,B,"Bob ""9"" B",
bob9@example.org,bob10@example.org,B,B,,
ANN3,bob11@example.org,B,B,,
`;
    const report = await runAll(settings(), file);
    expect(codes(report)).toEqual([
      'added',
      'iam.user.login_name_taken username',
      'iam.user.login_name_taken email',
      'iam.input.empty username',
      'iam.input.format email',
      'iam.input.empty givenName',
      'iam.input.format language',
      'iam.user_import.columns',
      'iam.input.invisible givenName',
      'iam.input.alphabet username',
      'added',
      'iam.user.login_name_taken username',
      'iam.user.login_name_taken username',
    ]);
  });

  it('reads JSON lines as well', async () => {
    const line = (at: number, more: object = {}) =>
      JSON.stringify({
        username: `cat${at}`,
        email: `cat${at}@example.org`,
        givenName: 'C',
        familyName: 'C',
        ...more,
      });
    const file = [
      line(1),
      '',
      '{"username":',
      '[1]',
      line(2, { admin: true }),
      line(3, { givenName: 7 }),
      'x'.repeat(200_000),
      line(4),
    ].join('\n');
    const report = await runAll(settings({ format: 'jsonl' }), file, 100);
    expect(codes(report)).toEqual([
      'added',
      'iam.user_import.malformed',
      'iam.user_import.malformed',
      'iam.input.unknown_field admin',
      'iam.input.wrong_type givenName',
      'iam.user_import.malformed',
      'added',
    ]);
  });

  it('makes people who can sign in when that is asked for', async () => {
    const [row] = await runAll(settings({ activate: true }), people('dan', 1));
    const { user } = row as { user: UserId };
    expect(await iam.state(userAggregate, user)).toMatchObject({
      status: 'active',
      email: { verified: true },
    });
    expect(await iam.store.log.versionOf(accessIdOf(user))).toBe(0);
  });

  it('keeps to the policy of the organization', async () => {
    const organization = await iam.organization();
    await iam.commands.setPolicy(iam.owner, {
      owner: organization,
      policy: 'domain',
      settings: { ...builtInPolicies.domain, emailInVerifiedDomain: true },
    });
    const report = await runAll(settings({ organization }), people('eve', 3));
    expect(codes(report)).toEqual(
      Array.from({ length: 3 }, () => 'iam.user.email_domain email'),
    );
  });
});

describe('gone on with', () => {
  it('adds each row once, wherever it was cut off', async () => {
    const file = people('fay', 450);
    const given = settings();
    const whole = `${file}fay1,other@example.org,F,F,,\n`;
    for (const rows of [1, 99, 100, 101, 250, 333]) {
      const run = imports.run(iam.owner, given, inPieces(whole));
      for (let row = 0; row < rows; row++) {
        await run.next();
      }
      // Never resumed: as if the process had died here.
    }
    const report = await runAll(given, whole);
    expect(report.map(({ row }) => row)).toEqual(
      Array.from({ length: 451 }, (_, at) => at + 1),
    );
    expect(codes(report).slice(0, 450)).toEqual(
      Array.from({ length: 450 }, () => 'added'),
    );
    expect(codes(report)[450]).toBe('iam.user.login_name_taken username');
    const { rows } = await iam.knex.raw(
      `select count(*) from events where type = 'iam.user.human_added' and aggregate_id = any (?)`,
      [report.flatMap(each => ('user' in each ? [each.user] : []))],
    );
    expect(rows).toEqual([{ count: '450' }]);
    // Completed: the same again, and nothing is stored.
    const { position } = await iam.store.log.head();
    expect(await runAll(given, whole)).toEqual(report);
    expect((await iam.store.log.head()).position).toBe(position);
    const told: RowReport[] = [];
    for await (const row of imports.report(
      iam.owner,
      given.importId,
      given.organization as OrganizationId,
    )) {
      told.push(row);
    }
    expect(told).toEqual(report);
  });

  it('has one effect when two nodes do so at the same time', async () => {
    const given = settings();
    const told = await Promise.all(
      [1, 2].map(() => outcome(runAll(given, people('gus', 300)))),
    );
    for (const each of told) {
      expect(each).toMatch(/^done$|^iam\.user_import\.elsewhere$/);
    }
    const report = await runAll(given, people('gus', 300));
    expect(new Set(codes(report))).toEqual(new Set(['added']));
  });

  it('is refused with other settings', async () => {
    const given = settings();
    await runAll(given, people('hal', 1));
    expect(
      await outcome(runAll({ ...given, activate: true }, people('hal', 1))),
    ).toBe('iam.user_import.different activate');
  });
});

describe('a dry run', () => {
  it('tells the same as the run itself, and stores nothing', async () => {
    const file = `${people('ivy', 120)}ivy3,new@example.org,I,I,,\nann1,x@example.org,A,A,,\nno,no,N,N,,\n`;
    const given = settings();
    const { position } = await iam.store.log.head();
    const dry = await runAll({ ...given, dryRun: true }, file);
    expect((await iam.store.log.head()).position).toBe(position);
    const report = await runAll(given, file);
    expect(codes(dry)).toEqual(
      codes(report).map(each => (each === 'added' ? 'valid' : each)),
    );
    expect(codes(report).slice(-3)).toEqual([
      'iam.user.login_name_taken username',
      'iam.user.login_name_taken username',
      'iam.input.format email',
    ]);
  });
});

describe('is refused', () => {
  it.each([
    ['an empty file', '', 'iam.input.empty rows'],
    [
      'a column that is none',
      'username,shoe\n',
      'iam.input.unknown_field shoe',
    ],
    ['a column twice', 'email,email\n', 'iam.input.duplicate email'],
    ['a missing column', 'username,email\n', 'iam.input.missing givenName'],
    [
      'a quote that does not end',
      `${HEADER}"a,b`,
      'iam.user_import.malformed rows.1',
    ],
  ])('%s', async (_what, file, told) => {
    expect(await outcome(runAll(settings(), file))).toBe(told);
  });

  it.each([
    ['importId', '', 'iam.input.empty'],
    ['importId', 'x y', 'iam.input.alphabet'],
    ['importId', 'x'.repeat(129), 'iam.input.too_long'],
    ['format', 'xls', 'iam.input.unknown_choice'],
    ['organization', 'acme', 'iam.input.format'],
    ['dryRun', 'yes', 'iam.input.wrong_type'],
  ])('%s %p', async (field, value, code) => {
    expect(
      await outcome(runAll({ ...settings(), [field]: value } as never, HEADER)),
    ).toBe(`${code} ${field}`);
  });

  it('by those who may not', async () => {
    const nobody = iam.as(await iam.user());
    const run = imports.run(nobody, settings(), inPieces(people('jo', 1)));
    expect(await outcome(run.next())).toBe(
      'iam.organization.not_found organization',
    );
  });

  it('after 100,000 rows, of which those before are reported', async () => {
    async function* endless(): Source {
      yield HEADER;
      for (let at = 0; at <= MAX_ROWS; at++) {
        yield 'bad,bad,B,B,,\n';
      }
    }
    let rows = 0;
    const counting = async () => {
      for await (const row of imports.run(
        iam.owner,
        { ...settings(), dryRun: true },
        endless(),
      )) {
        rows = row.row;
      }
    };
    expect(await outcome(counting())).toBe('iam.input.too_many rows');
    expect(rows).toBe(MAX_ROWS);
  });
});
