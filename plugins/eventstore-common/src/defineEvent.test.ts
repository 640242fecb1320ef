import fc from 'fast-check';
import { z } from 'zod';
import {
  defineEvent,
  ERASED,
  EventRegistry,
  isErased,
  newAggregateId,
  type EventEnvelope,
} from '.';

const renamed = defineEvent({
  type: 'iam.user.renamed',
  revision: 3,
  schema: z.object({
    given: z.string(),
    family: z.string(),
    language: z.string().default('en'),
  }),
  personal: ['given', 'family'],
  upcasters: {
    1: payload => {
      if (isErased(payload.name)) {
        return { given: payload.name, family: payload.name };
      }
      const [given = '', ...rest] = String(payload.name).split(' ');
      return { given, family: rest.join(' ') };
    },
    2: payload => ({ ...payload, language: 'en' }),
  },
});

const registry = new EventRegistry([renamed]);

describe('defineEvent', () => {
  it('makes events and knows its own', () => {
    const event = renamed.of({ given: 'Ann', family: 'Lee' });
    expect(event).toEqual({
      type: 'iam.user.renamed',
      payload: { given: 'Ann', family: 'Lee' },
    });
    expect(renamed.is({ type: 'iam.user.renamed' } as EventEnvelope)).toBe(
      true,
    );
    expect(renamed.is({ type: 'iam.user.locked' } as EventEnvelope)).toBe(
      false,
    );
    expect(() => renamed.of({ given: '', family: '' }, 'x' as never)).toThrow(
      'id: must be a UUID',
    );
  });

  it('says whose its personal fields are', () => {
    const id = newAggregateId('iam.user');
    const payload = { given: '', family: '', language: '' };
    expect(renamed.subjectOf(payload, id)).toBe(id);
    const invited = defineEvent({
      type: 'iam.group.member_invited',
      schema: z.object({ user: z.string(), email: z.string() }),
      personal: ['email'],
      subject: ({ user }) => user,
    });
    expect(invited.subjectOf({ user: 'u', email: 'e' }, id)).toBe('u');
  });

  it.each([
    ['a misspelt type', { type: 'Locked' }, 'type'],
    ['revision 0', { revision: 0 }, 'revision'],
    ['half a revision', { revision: 1.5 }, 'revision'],
    [
      'a missing upcaster',
      { revision: 3, upcasters: { 2: () => ({}) } },
      'upcasters.1',
    ],
    ['a personal field it does not have', { personal: ['e-mail'] }, 'personal'],
  ])('refuses %s', (_name, options, field) => {
    expect(() =>
      defineEvent({
        type: 'iam.user.locked',
        schema: z.object({ reason: z.string() }),
        ...options,
      } as never),
    ).toThrow(
      expect.objectContaining({ code: 'eventstore.bad_argument', field }),
    );
  });
});

describe('EventRegistry', () => {
  it('brings every old payload up to date, erased ones too', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(1, 2, 3), (name, revision) => {
        const current = registry.upcast('iam.user.renamed', 1, { name });
        expect(renamed.schema.safeParse(current).success).toBe(true);
        // What is up to date stays as it is.
        expect(registry.upcast('iam.user.renamed', 3, current)).toBe(current);
        const partly = { given: name, family: '', language: 'de' };
        expect(
          registry.upcast('iam.user.renamed', revision, {
            ...(revision === 1 ? { name } : partly),
          }),
        ).toMatchObject({ language: revision === 3 ? 'de' : 'en' });
      }),
    );
    expect(registry.upcast('iam.user.renamed', 1, { name: ERASED })).toEqual({
      given: ERASED,
      family: ERASED,
      language: 'en',
    });
  });

  it('refuses what it does not know', () => {
    const unknown = expect.objectContaining({
      code: 'eventstore.unknown_type',
      status: 400,
    });
    expect(() => registry.get('iam.user.locked')).toThrow(unknown);
    expect(() => registry.upcast('iam.user.renamed', 4, {})).toThrow(unknown);
    expect(() => registry.check('iam.user.locked', {})).toThrow(unknown);
  });

  it('names every fault of a payload', () => {
    let error: unknown;
    try {
      registry.check('iam.user.renamed', { given: 1, language: null });
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      code: 'eventstore.payload_invalid',
      field: 'given',
      eventType: 'iam.user.renamed',
      issues: [{ path: 'given' }, { path: 'family' }, { path: 'language' }],
    });
  });

  it('stores what the schema makes of a payload, defaults included', () => {
    expect(
      registry.check('iam.user.renamed', { given: 'A', family: 'B', extra: 1 }),
    ).toEqual({ given: 'A', family: 'B', language: 'en' });
  });

  it('takes a definition again, but not another of the same type', () => {
    registry.register(renamed);
    const other = defineEvent({
      type: 'iam.user.renamed',
      schema: z.object({}),
    });
    expect(() => registry.register(other)).toThrow('already defined elsewhere');
    expect(registry.types()).toEqual(['iam.user.renamed']);
    expect(registry.typesOf('iam.user')).toEqual(['iam.user.renamed']);
    expect(registry.typesOf('iam.group')).toEqual([]);
  });
});
