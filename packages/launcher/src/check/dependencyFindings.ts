/**
 * Pins: which version of what the workspaces ask for. A range would let an
 * install of tomorrow differ from the one that was tested.
 */
import type { WorkspaceManifest } from './readManifests.ts';

const EXACT = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/;

/** What a workspace asks for in one place. */
interface Wish {
  folder: string;
  /** The field of the package.json. */
  field: string;
  name: string;
  range: string;
}

/** A peer is somebody else's choice, within a range. */
const isPeer = ({ field }: Wish) => field === 'peerDependencies';

/**
 * What is wrong with the dependencies of `manifests`.
 *
 * @param manifests - the root's and the workspaces'
 * @param release - versions of the Backstage release, by package
 * @returns one sentence for each finding
 */
export function dependencyFindings(
  manifests: WorkspaceManifest[],
  release: Record<string, string>,
): string[] {
  const workspaces = new Set(manifests.map(({ manifest }) => manifest.name));
  const wishes = manifests.flatMap(wishesOf);
  return [
    ...wishes.flatMap(wish =>
      workspaces.has(wish.name)
        ? findWrongWorkspaceRange(wish)
        : [...findInexact(wish), ...findOffRelease(wish, release)],
    ),
    ...findSeveralVersions(
      wishes.filter(wish => !workspaces.has(wish.name) && !isPeer(wish)),
    ),
    ...findCycle(manifests),
  ];
}

function wishesOf({ folder, manifest }: WorkspaceManifest): Wish[] {
  const fields = {
    dependencies: manifest.dependencies,
    devDependencies: manifest.devDependencies,
    optionalDependencies: manifest.optionalDependencies,
    peerDependencies: manifest.peerDependencies,
    resolutions: manifest.resolutions,
  };
  return Object.entries(fields).flatMap(([field, ranges = {}]) =>
    Object.entries(ranges).map(([name, range]) => ({
      folder,
      field,
      name,
      range,
    })),
  );
}

const where = ({ folder, field }: Wish) =>
  `${folder === '.' ? '' : `${folder}/`}package.json (${field})`;

function findWrongWorkspaceRange(wish: Wish): string[] {
  return wish.range === 'workspace:^'
    ? []
    : [
        `${where(wish)} asks for ${wish.name} as ${wish.range}; write workspace:^, it is in this repository.`,
      ];
}

function findInexact(wish: Wish): string[] {
  // A link stands in for a package that shall not be installed at all.
  const isLink = wish.field === 'resolutions' && wish.range.startsWith('link:');
  return isLink || isPeer(wish) || EXACT.test(wish.range)
    ? []
    : [
        `${where(wish)} asks for ${wish.name} as ${wish.range}; write one exact version.`,
      ];
}

function findOffRelease(wish: Wish, release: Record<string, string>): string[] {
  if (!wish.name.startsWith('@backstage/')) {
    return [];
  }
  const pinned = release[wish.name];
  if (pinned === undefined) {
    return [
      `${where(wish)} asks for ${wish.name}, which is not in backstage.versions.json; add the version that belongs to the release.`,
    ];
  }
  return wish.range === pinned
    ? []
    : [
        `${where(wish)} asks for ${wish.name} ${wish.range}; backstage.versions.json has ${pinned}.`,
      ];
}

/**
 * Backstage packages that came into the tree in another version than the
 * release has: its packages ask for one another by ranges.
 *
 * @param lockfile - the text of yarn.lock
 */
export function lockfileFindings(
  lockfile: string,
  release: Record<string, string>,
): string[] {
  const resolved = lockfile.matchAll(
    /^ {2}resolution: "(@backstage\/[\w-]+)@npm:([^"]+)"$/gm,
  );
  return [...resolved].flatMap(([, name = '', version]) =>
    release[name] === version
      ? []
      : [
          `yarn.lock has ${name} ${version}; backstage.versions.json has ${release[name] ?? 'none'}.`,
        ],
  );
}

function findSeveralVersions(wishes: Wish[]): string[] {
  return [...groupBy(wishes, ({ name }) => name)].flatMap(
    ([name, sameName]) => {
      const byRange = groupBy(sameName, ({ range }) => range);
      if (byRange.size === 1) {
        return [];
      }
      const versions = [...byRange].map(
        ([range, [first]]) => `${range} in ${where(first)}`,
      );
      return [
        `${name} has several versions: ${versions.join(', ')}. Choose one.`,
      ];
    },
  );
}

function groupBy(
  wishes: Wish[],
  keyOf: (wish: Wish) => string,
): Map<string, [Wish, ...Wish[]]> {
  const groups = new Map<string, [Wish, ...Wish[]]>();
  for (const wish of wishes) {
    const key = keyOf(wish);
    const group = groups.get(key);
    if (group) {
      group.push(wish);
    } else {
      groups.set(key, [wish]);
    }
  }
  return groups;
}

/** A ring of workspaces that need one another when they run. */
function findCycle(manifests: WorkspaceManifest[]): string[] {
  const needs = new Map(
    manifests.map(({ manifest }) => [
      manifest.name ?? '',
      Object.keys({
        ...manifest.dependencies,
        ...manifest.optionalDependencies,
        ...manifest.peerDependencies,
      }),
    ]),
  );
  const done = new Set<string>();
  const walk = (name: string, path: string[]): string[] | undefined => {
    if (path.includes(name)) {
      return [...path.slice(path.indexOf(name)), name];
    }
    if (done.has(name)) {
      return undefined;
    }
    for (const needed of needs.get(name) ?? []) {
      const cycle = needs.has(needed) && walk(needed, [...path, name]);
      if (cycle) {
        return cycle;
      }
    }
    done.add(name);
    return undefined;
  };
  for (const name of needs.keys()) {
    const cycle = walk(name, []);
    if (cycle) {
      return [`Workspaces need one another in a ring: ${cycle.join(' → ')}.`];
    }
  }
  return [];
}
