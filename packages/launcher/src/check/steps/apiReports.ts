import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CheckContext, CheckResult, CheckStep } from '../CheckStep.ts';
import { apiReportFindings } from '../apiReportFindings.ts';
import { readManifests } from '../readManifests.ts';
import { runTool } from '../runTool.ts';
import { shortenReports } from '../shortenReports.ts';
import { showChanges } from '../showChanges.ts';

/**
 * Libraries whose API is still being made: a report of it would be out of date
 * with every commit. Each leaves this list when the issue that makes it ends.
 */
const UNSETTLED = ['packages/api-node', 'plugins/iam-backend'];

const GENERATED = 'src/gen/**/*_pb.ts';

/** What the tool is not asked about, as in Backstage's own repository. */
const OMITTED = [
  // Whether each member has a comment of its own.
  'ae-undocumented',
  // Workspaces are imported from their sources.
  'ae-wrong-input-file-type',
];

/**
 * The reports say what a package offers to others, in code (`report.api.md`)
 * and in its database (`report.sql.md`), so that a change of either is seen in
 * review. Everything happens offline: the migrations run in PGlite.
 */
export const apiReports: CheckStep = {
  name: 'api-reports',
  title: 'report.api.md and report.sql.md of every library say what it offers',
  fixes: true,
  needs: ['types'],
  async run(context) {
    const { root } = context;
    const generated: string[] = [];
    const written: string[] = [];
    for (const { folder, manifest } of await readManifests(root)) {
      if (UNSETTLED.includes(folder)) {
        continue;
      }
      if (folder.startsWith('plugins/') || manifest.publishConfig) {
        const holdsGenerated = await hasFile(path.join(root, folder));
        (holdsGenerated ? generated : written).push(folder);
      }
    }
    const results = [
      await report(context, written, OMITTED),
      // Generated code has no release tags.
      await report(context, generated, [...OMITTED, 'ae-missing-release-tag']),
      await findWarnings(root, written, /./),
      // Nor do its comments keep the grammar of TSDoc.
      await findWarnings(root, generated, /^ae-/),
    ].filter(({ ok }) => !ok);
    return {
      ok: results.length === 0,
      output: results.map(({ output }) => output).join('\n'),
    };
  },
};

async function hasFile(folder: string): Promise<boolean> {
  for await (const _ of glob(GENERATED, { cwd: folder })) {
    return true;
  }
  return false;
}

async function report(
  context: CheckContext,
  folders: string[],
  omitted: string[],
): Promise<CheckResult> {
  if (folders.length === 0) {
    return { ok: true, output: '' };
  }
  const { ok, output } = await runTool(
    context,
    { from: '@backstage/repo-tools', command: 'backstage-repo-tools' },
    [
      'api-reports',
      '--sql-reports',
      '--validate-release-tags',
      `--omit-messages=${omitted.join(',')}`,
      // Or the first one would end it; all are looked for afterwards.
      '--allow-all-warnings',
      ...(context.fix ? [] : ['--ci']),
      ...folders,
    ],
  );
  return {
    ok,
    output: ok
      ? output
      : `${await shortenReports(output, (file, wanted) =>
          showChanges(context.root, file, wanted),
        )}\nBring the reports up to date, and commit them: npm run check -- --fix --only api-reports`,
  };
}

async function findWarnings(
  root: string,
  folders: string[],
  codes: RegExp,
): Promise<CheckResult> {
  const findings: string[] = [];
  for (const folder of folders) {
    for await (const file of glob(`${folder}/report*.api.md`, { cwd: root })) {
      const text = await readFile(path.join(root, file), 'utf8');
      findings.push(...apiReportFindings(file, text, codes));
    }
  }
  return { ok: findings.length === 0, output: findings.join('\n') };
}
