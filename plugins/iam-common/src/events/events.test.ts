import { EventRegistry } from '@callboard/plugin-eventstore-common';
import * as everything from '.';
import { humanAdded, publicIamEvents } from '.';

describe('public events', () => {
  it('are all in the list, each once', () => {
    const defined = Object.values(everything).filter(
      value => typeof value === 'object' && 'schema' in value,
    );
    expect(new Set(publicIamEvents)).toEqual(new Set(defined));
    expect(new EventRegistry(publicIamEvents).types()).toHaveLength(
      publicIamEvents.length,
    );
  });

  it('carry nothing that a secret could be checked against', () => {
    for (const { schema } of publicIamEvents) {
      const fields = Object.keys((schema as never as { shape: object }).shape);
      expect(fields).not.toContain('digest');
      expect(fields).not.toContain('publicKey');
    }
  });

  it('say which fields are about a person', () => {
    expect(humanAdded.personal).toEqual([
      'username',
      'givenName',
      'familyName',
      'displayName',
      'language',
      'email',
    ]);
    const personal = publicIamEvents
      .filter(event => event.personal.length > 0)
      .map(event => event.type);
    expect(personal.every(type => type.startsWith('iam.user.'))).toBe(true);
  });
});
