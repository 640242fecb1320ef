import { accessSync, constants, mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readManifests } from '../check/readManifests.ts';
import { LauncherError } from '../LauncherError.ts';
import type { Progress, Tell } from '../progress/Progress.ts';
import type { Ending } from '../processes/Ending.ts';
import { runNode } from '../processes/runNode.ts';
import { dotFolder, logFolder, root } from '../root.ts';
import { checkDiskSpace } from './checkDiskSpace.ts';
import {
  explainInstallFailure,
  problemLines,
} from './explainInstallFailure.ts';
import { fingerprint } from './fingerprint.ts';
import { Marker } from './Marker.ts';
import { type OnTool, whenAlone } from './whenAlone.ts';
import { yarnEnvironment } from './yarnEnvironment.ts';

/** Yarn, from the toolchain that bootstrap.mjs installed. */
export const yarn = join(
  root,
  'packages/launcher/toolchain/node_modules/@yarnpkg/cli-dist/bin/yarn.js',
);

/** What node_modules and Yarn's cache take, in bytes. */
const spaceNeeded = 4_500_000_000;

const marker = new Marker(join(root, 'node_modules/.callboard-installed'));

/**
 * Installs the dependencies, unless those that are installed are complete and
 * of this lockfile. Nothing is asked of the network then.
 */
export async function installDependencies(
  progress: Progress,
  ending: Ending,
): Promise<void> {
  const wanted = await installFingerprint();
  if (!(await marker.matches(wanted))) {
    await whenAlone(progress, ending, async onTool => {
      // Whoever we waited for may have done it.
      if (!(await marker.matches(wanted))) {
        await checkDiskSpace(root, spaceNeeded, 'the dependencies');
        await marker.remove();
        await progress.step('Installing dependencies', tell =>
          install(tell, ending, onTool),
        );
        await marker.write(wanted);
      }
    });
  }
}

async function install(
  tell: Tell,
  ending: Ending,
  onStart: OnTool,
): Promise<void> {
  const logFile = join(logFolder, 'install.log');
  // Colours and boxes would end up in the log.
  const env = { ...environmentForYarn(), FORCE_COLOR: '0' };
  const watch = watchFetching(env, tell);
  const lines: string[] = [];
  const { code, lastLines } = await runNode(yarn, ['install', '--immutable'], {
    cwd: root,
    env,
    ending,
    logFile,
    onStart,
    onLine: line => {
      watch.line(line);
      lines.push(line);
    },
  }).finally(watch.stop);
  ending.signal.throwIfAborted();
  if (code !== 0) {
    const problems = problemLines(lines);
    throw new LauncherError(explainInstallFailure(problems), {
      log: {
        file: logFile,
        lastLines: problems.length > 0 ? problems.slice(-8) : lastLines,
      },
    });
  }
  tell('');
}

/** This machine's environment for Yarn. */
export function environmentForYarn(): NodeJS.ProcessEnv {
  return yarnEnvironment(
    process.env,
    homeIsWritable(),
    join(dotFolder, 'yarn'),
  );
}

async function installFingerprint(): Promise<string> {
  const manifests = await readManifests(root);
  return fingerprint(
    root,
    [
      'yarn.lock',
      '.yarnrc.yml',
      ...manifests.map(({ folder }) => `${folder}/package.json`),
    ],
    // Binaries in the tree are chosen by these.
    [process.platform, process.arch],
  );
}

function homeIsWritable(): boolean {
  try {
    const folder = join(homedir(), '.yarn');
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Yarn names its steps; how much has been fetched is seen in its cache. */
function watchFetching(env: NodeJS.ProcessEnv, tell: Tell) {
  const cache = join(
    env.YARN_GLOBAL_FOLDER ?? join(homedir(), '.yarn/berry'),
    'cache',
  );
  const count = async () => (await readdir(cache).catch(() => [])).length;
  let step = '';
  const before = count();
  const timer = setInterval(async () => {
    if (step === 'fetch') {
      const fetched = (await count()) - (await before);
      if (fetched > 0 && step === 'fetch') {
        tell(`${fetched} packages fetched`);
      }
    }
  }, 500);
  timer.unref();
  return {
    line(text: string) {
      const name = /┌ (\w+) step/.exec(text)?.[1];
      if (name) {
        step = name.toLowerCase();
        tell(
          { resolution: 'resolving', fetch: 'fetching', link: 'linking' }[
            step
          ] ?? step,
        );
      }
    },
    stop: () => clearInterval(timer),
  };
}
