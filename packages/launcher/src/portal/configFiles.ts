/*
 * The configuration files that a person adds: what they settle themselves, the
 * launcher leaves alone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { LauncherError } from '../LauncherError.ts';

/**
 * All files for the backend, the weakest first: ours, the one that is not
 * committed if it is there, and those given with `--config`.
 */
export function configLayers(root: string, added: string[]): string[] {
  const local = join(root, 'app-config.local.yaml');
  return [
    join(root, 'app-config.yaml'),
    ...(existsSync(local) ? [local] : []),
    ...added,
  ];
}

/**
 * Reads a configuration file.
 *
 * @throws LauncherError when it is missing, unreadable or no YAML
 */
export function readConfigFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new LauncherError(
      missing
        ? `There is no configuration file ${file}.`
        : `The configuration file ${file} cannot be read: ${(error as Error).message}.`,
      { cause: error, exitCode: 2 },
    );
  }
  try {
    return parse(text);
  } catch (error) {
    throw new LauncherError(
      `The configuration file ${file} is no valid YAML: ${(error as Error).message}`,
      { cause: error, exitCode: 2 },
    );
  }
}

/** The value at a path such as `app.baseUrl`; the last document that has it wins. */
export function configured(documents: unknown[], path: string): unknown {
  for (const document of documents.toReversed()) {
    let value: unknown = document;
    for (const key of path.split('.')) {
      value =
        typeof value === 'object' && value !== null
          ? (value as Record<string, unknown>)[key]
          : undefined;
    }
    if (value !== undefined && value !== null) {
      return value;
    }
  }
  return undefined;
}

/**
 * Configuration from the environment (`APP_CONFIG_app_baseUrl`), as Backstage
 * reads it: one document, each value JSON if it can be.
 */
export function configFromEnvironment(env: NodeJS.ProcessEnv): unknown {
  const document: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('APP_CONFIG_') || text === undefined) {
      continue;
    }
    const keys = name.slice('APP_CONFIG_'.length).split('_');
    let place = document;
    for (const key of keys.slice(0, -1)) {
      const next = place[key];
      place =
        typeof next === 'object' && next !== null
          ? (next as Record<string, unknown>)
          : (place[key] = {});
    }
    place[keys.at(-1)!] = parseJson(text);
  }
  return document;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
