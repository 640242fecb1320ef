import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
];

const fixedPlaces = [
  '/usr/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where Chromium may be: as told, at its usual places, on the path. */
export function chromiumCandidates(env: NodeJS.ProcessEnv): string[] {
  if (env.CALLBOARD_CHROMIUM) {
    return [env.CALLBOARD_CHROMIUM];
  }
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return [
    ...fixedPlaces,
    ...names.flatMap(name => folders.map(folder => join(folder, name))),
  ];
}

/** The Chromium of this machine, if there is one. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  return chromiumCandidates(env).find(path => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
