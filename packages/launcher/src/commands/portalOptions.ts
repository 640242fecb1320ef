import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromWhereInvoked } from '../commandLine/invokedFrom.ts';
import {
  type CommandLine,
  type OptionSpec,
  valueOf,
} from '../commandLine/parseCommandLine.ts';
import { readPort } from '../commandLine/readPort.ts';
import { LauncherError } from '../LauncherError.ts';
import type { PortalOptions } from '../portal/PortalOptions.ts';
import { dotFolder } from '../root.ts';

const defaultPort = 7007;

/** The options that `start` and `dev` share. */
export const portalOptionSpecs: Record<string, OptionSpec> = {
  port: {
    value: 'PORT',
    description: `Port for the app and the API (default ${defaultPort}); gRPC is on the one after it`,
  },
  data: {
    value: 'DIR',
    description: 'Folder for all that is kept (default .callboard)',
  },
  'database-url': {
    value: 'URL',
    description:
      'A PostgreSQL server of your own, 14 or newer, instead of the embedded one; in CALLBOARD_DATABASE_URL it stays out of the process list',
  },
  config: {
    value: 'FILE',
    description: 'Configuration on top of app-config.yaml',
    multiple: true,
  },
};

/** Reads those options; relative paths start where npm was called. */
export function portalOptions(line: CommandLine): PortalOptions {
  const port = valueOf(line, 'port');
  const data = valueOf(line, 'data');
  const configFiles = (line.values.get('config') ?? []).map(fromWhereInvoked);
  const missing = configFiles.find(file => !existsSync(file));
  if (missing) {
    throw new LauncherError(`There is no configuration file ${missing}.`, {
      exitCode: 2,
    });
  }
  return {
    host: valueOf(line, 'host') ?? '127.0.0.1',
    port: port === undefined ? defaultPort : readPort(port, '--port'),
    dataDir: data === undefined ? join(dotFolder) : fromWhereInvoked(data),
    databaseUrl:
      valueOf(line, 'database-url') ?? process.env.CALLBOARD_DATABASE_URL,
    configFiles,
  };
}
