import type { CommandSpec } from '../commandLine/parseCommandLine.ts';
import { portalOptionSpecs } from './portalOptions.ts';

export const startSpec: CommandSpec = {
  name: 'start',
  summary:
    'Installs and builds what is missing, and runs the portal until Ctrl-C.',
  usage: ['[options]'],
  options: {
    ...portalOptionSpecs,
    host: {
      value: 'HOST',
      description: 'Address to listen on (default 127.0.0.1)',
    },
  },
  examples: [
    ['--port 8080', 'The portal on http://localhost:8080'],
    [
      '--database-url postgresql://user:password@db.example.com/postgres',
      'With a database server of your own',
    ],
  ],
};
