import { join } from 'node:path';
import { LauncherError } from '../LauncherError.ts';
import type { Progress, Tell } from '../progress/Progress.ts';
import type { Ending } from '../processes/Ending.ts';
import { runNode } from '../processes/runNode.ts';
import { dotFolder, logFolder, root } from '../root.ts';
import { appInputs } from './appInputs.ts';
import { compressAssets } from './compressAssets.ts';
import { fingerprint } from './fingerprint.ts';
import { Marker } from './Marker.ts';
import { type OnTool, whenAlone } from './whenAlone.ts';

/** Counted up when what is done to the app after its build changes. */
const recipe = '1';

const appFolder = join(root, 'packages/app');

export const backstageCli = join(
  root,
  'node_modules/@backstage/cli/bin/backstage-cli',
);

const marker = new Marker(join(appFolder, 'dist/.complete'));

/**
 * Builds the browser app and compresses its files, unless that has been done
 * from the same inputs. The build is made where it is served from; its marker
 * is written last, so one that was cut short is made again.
 */
export async function buildApp(
  progress: Progress,
  ending: Ending,
): Promise<void> {
  const wanted = await fingerprint(root, await appInputs(root), [recipe]);
  if (!(await marker.matches(wanted))) {
    await whenAlone(progress, ending, async onTool => {
      // Whoever we waited for may have done it.
      if (!(await marker.matches(wanted))) {
        await marker.remove();
        await progress.step('Building the app', tell =>
          build(tell, ending, onTool),
        );
        await marker.write(wanted);
      }
    });
  }
}

async function build(
  tell: Tell,
  ending: Ending,
  onStart: OnTool,
): Promise<void> {
  const logFile = join(logFolder, 'build.log');
  const { code, lastLines } = await runNode(
    backstageCli,
    ['package', 'build', '--config', join(root, 'app-config.yaml')],
    {
      cwd: appFolder,
      env: buildEnvironment(process.env),
      ending,
      logFile,
      onStart,
    },
  );
  ending.signal.throwIfAborted();
  if (code !== 0) {
    throw new LauncherError('The app could not be built.', {
      log: { file: logFile, lastLines },
    });
  }
  await compressAssets(
    join(appFolder, 'dist/static'),
    join(dotFolder, 'brotli'),
    { tell, signal: ending.signal },
  );
  tell('');
}

/**
 * Configuration from the environment stays out of the build: it is for the
 * backend, which writes what the browser needs of it into the page it serves.
 */
export function buildEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(
      Object.entries(env).filter(([name]) => !name.startsWith('APP_CONFIG_')),
    ),
    NODE_ENV: 'production',
    FORCE_COLOR: '0',
  };
}
