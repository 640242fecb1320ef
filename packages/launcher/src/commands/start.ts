import { runPortal } from '../portal/runPortal.ts';
import { setUp } from '../setUp/setUp.ts';
import type { RunCommand } from './Command.ts';
import { portalOptions } from './portalOptions.ts';

export const start: RunCommand = (line, context) =>
  runPortal(portalOptions(line), context, setUp);
