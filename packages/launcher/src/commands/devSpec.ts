import type { CommandSpec } from '../commandLine/parseCommandLine.ts';
import { portalOptionSpecs } from './portalOptions.ts';

export const defaultAppPort = 3000;

export const devSpec: CommandSpec = {
  name: 'dev',
  summary:
    'Runs app and backend for development: both are reloaded when their code changes.',
  usage: ['[options]'],
  options: {
    'app-port': {
      value: 'PORT',
      description: `Port for the app (default ${defaultAppPort})`,
    },
    ...portalOptionSpecs,
    port: {
      value: 'PORT',
      description:
        'Port for the API (default 7007); gRPC is on the one after it',
    },
  },
};
