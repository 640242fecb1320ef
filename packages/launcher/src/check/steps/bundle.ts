import path from 'node:path';
import { Progress } from '../../progress/Progress.ts';
import { buildApp } from '../../setUp/buildApp.ts';
import {
  biggestScripts,
  budgetFigures,
  budgetFindings,
} from '../bundleBudget.ts';
import type { CheckStep } from '../CheckStep.ts';
import { weighInitialScripts } from '../initialScripts.ts';

/** Building is a part of this step, not one beside it. */
const untold = new Progress({ write: () => {} });

export const bundle: CheckStep = {
  name: 'bundle',
  title: "The app's initial scripts stay within their budget",
  async run({ root, ending }) {
    await buildApp(untold, ending);
    const scripts = await weighInitialScripts(
      path.join(root, 'packages/app/dist'),
    );
    const findings = budgetFindings(scripts);
    return {
      ok: findings.length === 0,
      output: `${findings.join('\n')}\nThe biggest:\n${biggestScripts(scripts)}`,
      figures: `${budgetFigures(scripts)}\n${biggestScripts(scripts)}`,
    };
  },
};
