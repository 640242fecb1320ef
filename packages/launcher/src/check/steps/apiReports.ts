import type { CheckStep } from '../CheckStep.ts';
import { readManifests } from '../readManifests.ts';
import { runTool } from '../runTool.ts';

/**
 * The reports say what a plugin offers to others, in code (`report.api.md`) and
 * in its database (`report.sql.md`), so that a change of either is seen in
 * review. Everything happens offline: the migrations run in PGlite.
 */
export const apiReports: CheckStep = {
  name: 'api-reports',
  title: 'report.api.md and report.sql.md of every plugin say what it offers',
  fixes: true,
  needs: ['types'],
  async run(context) {
    const folders = (await readManifests(context.root))
      .filter(
        ({ folder, manifest }) =>
          folder.startsWith('plugins/') || manifest.publishConfig,
      )
      .map(({ folder }) => folder);
    const { ok, output } = await runTool(
      context,
      { from: '@backstage/repo-tools', command: 'backstage-repo-tools' },
      [
        'api-reports',
        '--sql-reports',
        ...(context.fix ? [] : ['--ci']),
        ...folders,
      ],
    );
    return {
      ok,
      // It names a script of its own repository.
      output: output.replaceAll(
        '`yarn build:api-reports`',
        '`npm run check -- --fix --only api-reports`',
      ),
    };
  },
};
