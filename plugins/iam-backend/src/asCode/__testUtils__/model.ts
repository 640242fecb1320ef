/** Makes the changes of a plan in memory, and notices what could not be made. */
import type { Actual, Change, Found } from '../plan';
import { goesWith, needs, userOf } from '../resources';

export function applyToModel(
  actual: Actual,
  changes: readonly Change[],
): Actual {
  const resources = new Map<string, Found>(actual.resources);
  for (const { action, resource } of changes) {
    const { key } = resource;
    const user = userOf(resource);
    if (action !== 'remove') {
      const missing = needs(resource).find(each => !resources.has(each));
      if (missing !== undefined) {
        throw new Error(`${key} comes before ${missing}`);
      }
      if (user !== undefined && !actual.users.has(user)) {
        throw new Error(`${key} needs ${user}`);
      }
    }
    if (resources.has(key) === (action === 'create')) {
      throw new Error(`Cannot ${action} ${key}`);
    }
    if (action !== 'remove') {
      const fields = Object.fromEntries(
        Object.entries(resource.fields).filter(([, value]) => value !== null),
      );
      resources.set(key, {
        resource: { ...resource, fields },
        removing: false,
      });
      requireNoCycle(resources);
      continue;
    }
    resources.delete(key);
    for (const [other, found] of resources) {
      if (goesWith(found.resource).some(each => !resources.has(each))) {
        resources.delete(other);
      }
    }
  }
  return { ...actual, resources };
}

function requireNoCycle(resources: ReadonlyMap<string, Found>): void {
  const children = new Map<string, string[]>();
  for (const { resource } of resources.values()) {
    const { group, subject } = resource.refs;
    if (resource.kind === 'subgroup' && subject && 'group' in subject) {
      children.set(group!, [...(children.get(group!) ?? []), subject.group]);
    }
  }
  const visit = (group: string, above: readonly string[]): void => {
    if (above.includes(group)) {
      throw new Error(`${group} is in itself`);
    }
    children.get(group)?.forEach(child => visit(child, [...above, group]));
  };
  [...children.keys()].forEach(group => visit(group, []));
}
