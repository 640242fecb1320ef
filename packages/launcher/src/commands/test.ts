import { readWorkspaces } from '../check/readWorkspaces.ts';
import { root } from '../root.ts';
import { buildApp } from '../setUp/buildApp.ts';
import { installDependencies } from '../setUp/installDependencies.ts';
import {
  affectedWorkspaces,
  changedFiles,
} from '../tests/changedWorkspaces.ts';
import { chooseTests, type TestChoice } from '../tests/chooseTests.ts';
import { findChromium } from '../tests/findChromium.ts';
import {
  addCounts,
  closingLine,
  noTests,
  type TestCounts,
} from '../tests/TestCounts.ts';
import type { CommandContext, RunCommand } from './Command.ts';

export const test: RunCommand = async (line, context) => {
  const { progress, ending } = context;
  const workspaces = await readWorkspaces(root);
  const choice = chooseTests(line, workspaces);
  let { workspaces: projects } = choice;
  if (choice.changedSince !== undefined) {
    projects = affectedWorkspaces(
      await changedFiles(root, choice.changedSince),
      workspaces,
    );
    if (projects.length === 0) {
      progress.say(
        `Nothing that a test looks at has changed since ${choice.changedSince}.`,
      );
      progress.say(closingLine(noTests));
      return 0;
    }
  }
  await installDependencies(progress, ending);
  let counts = noTests;
  if (choice.unit) {
    const { runUnitTests } = await import('../tests/runUnitTests.ts');
    counts = await runUnitTests(projects, choice.passedOn, context);
  }
  if (choice.e2e) {
    counts = addCounts(counts, await endToEnd(choice, context));
  }
  progress.say(closingLine(counts));
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
};

async function endToEnd(
  choice: TestChoice,
  context: CommandContext,
): Promise<TestCounts> {
  const { progress, ending } = context;
  const chromium = findChromium(process.env);
  if (!chromium) {
    progress.say(
      'The end-to-end tests need Chromium, which was not found: install it with `apt-get install chromium`, or name one in CALLBOARD_CHROMIUM.',
    );
    return process.env.CI
      ? { ...noTests, failed: 1 }
      : { ...noTests, skipped: 1 };
  }
  await buildApp(progress, ending);
  const { runE2eTests } = await import('../tests/runE2eTests.ts');
  return runE2eTests(chromium, choice.unit ? [] : choice.passedOn, context);
}
