import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { Link } from '@backstage/ui';
import {
  createContext,
  useCallback,
  useContext,
  useMemo,
  type ReactNode,
} from 'react';
import { useAsOf } from '../asOf/useAsOf';
import type { AsOfInit } from '../asOf/Moment';
import type { IamClients } from '../api/iamApiRef';
import { useRevision } from '../reading/Revision';
import { useRead } from '../reading/useRead';
import { typeOf, uuidOf } from '../shell/ids';
import { useIam } from '../shell/IamProvider';
import { useLinks } from '../shell/useLinks';
import styles from './Names.module.css';
import { Time } from './Time';

/** Names of objects by id; each is asked for once until something changes. */
type NameDirectory = (id: string) => Promise<string | undefined>;

const NamesContext = createContext<NameDirectory>(async () => undefined);

export function NamesProvider(props: { children: ReactNode }) {
  const iam = useIam();
  const { asOf } = useAsOf();
  const { revision } = useRevision();
  const directory = useMemo(() => {
    const known = new Map<string, Promise<string | undefined>>();
    return (id: string) => {
      // Names that were read before the last command may be old ones.
      const key = `${revision} ${id}`;
      const name =
        known.get(key) ?? readName(iam, id, asOf).catch(() => undefined);
      known.set(key, name);
      return name;
    };
  }, [iam, asOf, revision]);
  return (
    <NamesContext.Provider value={directory}>
      {props.children}
    </NamesContext.Provider>
  );
}

async function readName(
  { management }: IamClients,
  id: string,
  asOf: AsOfInit | undefined,
): Promise<string | undefined> {
  switch (typeOf(id)) {
    case 'iam.organization':
      return (await management.getOrganization({ organization: id, asOf }))
        .name;
    case 'iam.user': {
      const user = await management.getUser({ user: id, asOf });
      return user.displayName || user.username;
    }
    case 'iam.group':
      return (await management.getGroup({ group: id, asOf })).name;
    case 'iam.project':
      return (await management.getProject({ project: id, asOf })).name;
    default:
      return undefined;
  }
}

/**
 * The name of an object with a link to it. Where the name is not known, because
 * it was erased or may not be seen, the beginning of its id stands for it.
 */
export function ObjectName(props: { id: string; name?: string }) {
  const directory = useContext(NamesContext);
  const { toObject } = useLinks();
  const { id, name } = props;
  const { value } = useRead(
    useCallback(
      async () => name || (await directory(id)),
      [directory, id, name],
    ),
  );
  const shown = value ?? name;
  const href = toObject(id);
  const text = shown ? shown : <code title={id}>{uuidOf(id).slice(0, 8)}</code>;
  return href ? (
    <Link href={href} variant="body-medium">
      {text}
    </Link>
  ) : (
    <span title={id}>{text}</span>
  );
}

const KINDS: Record<string, string> = {
  user: 'Person',
  machine: 'Machine',
  spooler: 'Spooler',
  system: 'The portal',
  outside: 'Outside',
};

/**
 * Who did something, as the trail names them: `user:iam.user/<uuid>`,
 * `machine:plugin:iam`, `system:setup`.
 */
export function ActorName(props: { actor: string }) {
  const separator = props.actor.indexOf(':');
  const kind = props.actor.slice(0, Math.max(0, separator));
  const id = props.actor.slice(separator + 1);
  if (!props.actor) {
    return null;
  }
  if (typeOf(id).startsWith('iam.')) {
    return <ObjectName id={id} />;
  }
  return (
    <span title={props.actor}>
      {KINDS[kind] ?? kind}
      {id && (
        <>
          {' '}
          <code className={styles.id}>{id}</code>
        </>
      )}
    </span>
  );
}

/** Since when something is so, and who made it so. */
export function Decided(props: { since?: Timestamp; by: string }) {
  return (
    <span className={styles.decided}>
      <Time at={props.since} />
      {props.by && (
        <>
          {' by '}
          <ActorName actor={props.by} />
        </>
      )}
    </span>
  );
}
