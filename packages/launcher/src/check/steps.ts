/** Every check, in the order in which they run: the quick ones first. */
import type { CheckStep } from './CheckStep.ts';
import { apiReports } from './steps/apiReports.ts';
import { bundle } from './steps/bundle.ts';
import { catalog } from './steps/catalog.ts';
import { config } from './steps/config.ts';
import { definitions } from './steps/definitions.ts';
import { dependencies } from './steps/dependencies.ts';
import { format } from './steps/format.ts';
import { lint } from './steps/lint.ts';
import { packages } from './steps/packages.ts';
import { secrets } from './steps/secrets.ts';
import { types } from './steps/types.ts';
import { unused } from './steps/unused.ts';

export const steps: CheckStep[] = [
  dependencies,
  packages,
  secrets,
  catalog,
  config,
  definitions,
  format,
  unused,
  lint,
  types,
  apiReports,
  bundle,
];
