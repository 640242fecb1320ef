import type { Config } from '@backstage/config';
import {
  DEFAULT_INSTANCE,
  instanceId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';

/** Where access is described, and what is done about it. */
export interface SourceConfig {
  readonly name: string;
  readonly instance: InstanceId;
  /** A file, a folder, or the URL of either. */
  readonly target: string;
  /**
   * - `observe`: compares; changes are made when somebody orders the plan.
   * - `enforce`: makes them, and undoes what is changed elsewhere.
   */
  readonly mode: 'observe' | 'enforce';
  /** Slugs of what it may describe; all, and the instance, when left out. */
  readonly organizations?: readonly string[];
}

export interface AsCodeConfig {
  readonly sources: readonly SourceConfig[];
  /** How often sources are read, in milliseconds. */
  readonly pollMs: number;
}

/** @throws Error that names the key at fault */
export function readAsCodeConfig(config: Config): AsCodeConfig {
  const own = config.getOptionalConfig('iam.asCode');
  const instance = config.getOptionalString('iam.instance') ?? DEFAULT_INSTANCE;
  const seconds = own?.getOptionalNumber('pollSeconds') ?? 60;
  if (!(seconds >= 5 && seconds <= 86_400)) {
    throw new Error('iam.asCode.pollSeconds must be 5 to 86400');
  }
  const sources = (own?.getOptionalConfigArray('sources') ?? []).map(
    (source, at): SourceConfig => {
      const key = `iam.asCode.sources[${at}]`;
      const name = source.getString('name');
      if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
        throw new Error(`${key}.name must be a name like access`);
      }
      const mode = source.getOptionalString('mode') ?? 'observe';
      if (mode !== 'observe' && mode !== 'enforce') {
        throw new Error(`${key}.mode must be observe or enforce`);
      }
      return {
        name,
        mode,
        instance: instanceId(
          source.getOptionalString('instance') ?? instance,
          `${key}.instance`,
        ),
        target: source.getString('target'),
        organizations: source.getOptionalStringArray('organizations'),
      };
    },
  );
  const names = sources.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new Error(`iam.asCode.sources has ${twice} twice`);
  }
  return { sources, pollMs: seconds * 1000 };
}
