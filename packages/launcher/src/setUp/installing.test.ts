import { checkDiskSpace, formatBytes } from './checkDiskSpace.ts';
import { buildEnvironment } from './buildApp.ts';
import {
  explainInstallFailure,
  problemLines,
} from './explainInstallFailure.ts';
import { yarnEnvironment } from './yarnEnvironment.ts';

describe('yarnEnvironment', () => {
  it("hands npm's registry, proxy and certificates on to Yarn", () => {
    expect(
      yarnEnvironment(
        {
          npm_config_registry: 'http://npm.example.com:4873/',
          npm_config_cafile: '/etc/ca.pem',
          npm_config_https_proxy: 'http://proxy:3128',
        },
        true,
        '/cache',
      ),
    ).toMatchObject({
      YARN_NPM_REGISTRY_SERVER: 'http://npm.example.com:4873/',
      YARN_UNSAFE_HTTP_WHITELIST: 'npm.example.com',
      YARN_HTTPS_CA_FILE_PATH: '/etc/ca.pem',
      YARN_HTTPS_PROXY: 'http://proxy:3128',
    });
  });

  it('leaves what Yarn has been told itself, and adds nothing that npm was not', () => {
    const env = yarnEnvironment(
      {
        npm_config_registry: 'https://npm.example.com',
        YARN_NPM_REGISTRY_SERVER: 'https://yarn.example.com',
      },
      true,
      '/cache',
    );
    expect(env.YARN_NPM_REGISTRY_SERVER).toBe('https://yarn.example.com');
    expect(env).not.toHaveProperty('YARN_UNSAFE_HTTP_WHITELIST');
    expect(env).not.toHaveProperty('YARN_HTTPS_PROXY');
    expect(env).not.toHaveProperty('YARN_GLOBAL_FOLDER');
  });

  it('keeps the cache elsewhere when the home folder cannot be written', () => {
    expect(yarnEnvironment({}, false, '/cache').YARN_GLOBAL_FOLDER).toBe(
      '/cache',
    );
  });
});

describe('explainInstallFailure', () => {
  it.each([
    [
      '➤ YN0001: │ RequestError: connect ECONNREFUSED 127.0.0.1:9',
      'The npm registry does not answer',
    ],
    [
      '➤ YN0001: │ Error: getaddrinfo EAI_AGAIN registry.yarnpkg.com',
      'The npm registry does not answer',
    ],
    [
      '➤ YN0001: │ Error: ENOSPC: no space left on device, write',
      'No space is left',
    ],
    [
      "➤ YN0001: │ Error: EACCES: permission denied, mkdir '/x'",
      'could not be written by this user',
    ],
    [
      '➤ YN0028: │ The lockfile would have been modified by this install',
      'yarn.lock does not fit',
    ],
    [
      '➤ YN0001: │ Error [ERR_SOCKET_CLOSED_BEFORE_CONNECTION]: Socket closed',
      'The npm registry does not answer',
    ],
    ['Error: ENOSPC: no space left on device', 'No space is left'],
    ['➤ YN0009: │ something new', 'could not be installed'],
  ])('%s', (line, message) => {
    const problems = problemLines([
      '➤ YN0000: ┌ Fetch step',
      '➤ YN0002: │ a@workspace:a does not provide jest, requested by b',
      line,
      `function minified(){${'RequestError ENOSPC '.repeat(100)}}`,
      '➤ YN0000: · Failed with errors in 0s 830ms',
    ]);
    expect(problems).toEqual([line]);
    expect(explainInstallFailure(problems)).toContain(message);
  });
});

describe('buildEnvironment', () => {
  it('keeps configuration from the environment out of the build', () => {
    expect(
      buildEnvironment({ APP_CONFIG_app_title: '"Mine"', HOME: 'their own' }),
    ).toEqual({ HOME: 'their own', NODE_ENV: 'production', FORCE_COLOR: '0' });
  });
});

describe('checkDiskSpace', () => {
  it('says what is free and what is needed', async () => {
    await checkDiskSpace('/', 1, 'the portal');
    await expect(checkDiskSpace('/', 1e18, 'the portal')).rejects.toThrow(
      /^The disk of \/ has .* free, and the portal needs 1000000000\.0 GB: free some/,
    );
    expect(formatBytes(4.5e9)).toBe('4.5 GB');
    expect(formatBytes(299_999_999)).toBe('299 MB');
  });
});
