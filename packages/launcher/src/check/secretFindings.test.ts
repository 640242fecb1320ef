import { generateKeyPairSync } from 'node:crypto';
import { secretFindings } from './secretFindings.ts';

const MACHINE = { root: '/srv/checkout/callboard', home: '/var/people/ada' };

const findings = (text: string) => secretFindings('file.ts', text, MACHINE);

/** So many letters; secrets are put together here, so that none is in this file. */
const letters = (count: number) => 'aB3'.repeat(count).slice(0, count);

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('secrets', () => {
  it.each([
    ['a private key', privateKey.export({ type: 'pkcs8', format: 'pem' })],
    [
      'a private key',
      JSON.stringify(privateKey.export({ type: 'sec1', format: 'pem' })),
    ],
    [
      'a private JSON Web Key',
      JSON.stringify(privateKey.export({ format: 'jwk' })),
    ],
    ['a GitHub token', `ghp_${letters(36)}`],
    ['a GitHub token', `github_pat_${letters(22)}_${letters(59)}`],
    ['an AWS access key', `AKIA${'ABCDEFGHIJKLMNOP'}`],
    ['a Slack token', `xoxb-${letters(24)}`],
    ['a Google API key', `AIza${letters(35)}`],
    ['a Stripe key', `sk_live_${letters(24)}`],
    ['an npm token', `npm_${letters(36)}`],
  ])('finds %s', (what, secret) => {
    const [finding, ...others] = findings(`first line\nconst x = ${secret}`);

    expect(finding).toBe(
      `file.ts:2 holds ${what}. Take it out, and replace it where it is in use: it has been seen.`,
    );
    expect(others).toEqual([]);
  });

  it.each([
    "if (pem.includes('-----BEGIN PRIVATE KEY-----')) {",
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE',
    '{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}',
    "token.startsWith('ghp_')",
    'password: ${POSTGRES_PASSWORD}',
  ])('does not take for one: %s', text => {
    expect(findings(text)).toEqual([]);
  });
});

describe('paths of one machine', () => {
  // Put together here, so that none is in this file.
  const path = (...segments: string[]) => ['', ...segments].join('/');

  it.each([
    ['cd /srv/checkout/callboard/packages', '/srv/checkout/callboard'],
    ['"/var/people/ada/.npmrc"', '/var/people/ada'],
    [`see ${path('home', 'ada', 'notes')}`, path('home', 'ada')],
    [`'${path('Users', 'ada', 'notes')}'`, path('Users', 'ada')],
    [path('root', '.ssh', 'config'), path('root', '.ssh')],
    [['C:', 'Users', 'ada', 'x'].join('\\'), ['C:', 'Users', 'ada'].join('\\')],
  ])('finds one in %s', (line, found) => {
    expect(findings(`first line\n${line}`)).toEqual([
      `file.ts:2 names ${found}, a path of one machine. Write it relative to the repository, or to a folder that the program is told.`,
    ]);
  });

  it.each([
    "import { Home } from './home/Home';",
    'https://example.com/home/page',
    '/api/home/visits',
    '`${folder}/home/x`',
    'page:home: /home',
    '/usr/share/callboard',
    '/srv/checkout/callboardish',
  ])('does not take for one: %s', line => {
    expect(findings(line)).toEqual([]);
  });

  it('takes the root of a small machine for no path of its own', () => {
    expect(
      secretFindings('file.ts', 'serve /app/dist', { root: '/app', home: '/' }),
    ).toEqual([]);
  });
});
