import { useApi } from '@backstage/frontend-plugin-api';
import type { User } from '@callboard/plugin-iam-common/api';
import {
  createContext,
  useCallback,
  useContext,
  useRef,
  type ReactNode,
} from 'react';
import { iamApiRef, type IamClients } from '../api/iamApiRef';
import { ErrorPanel } from '../display/ErrorPanel';
import { Loading } from '../display/Loading';
import { RevisionProvider } from '../reading/Revision';
import { useRead } from '../reading/useRead';
import { NotAUser } from './NotAUser';

interface IamState {
  readonly clients: IamClients;
  readonly me?: User;
}

const IamContext = createContext<IamState | undefined>(undefined);

/** What every screen of the console stands in. */
export function IamProvider(props: { children: ReactNode }) {
  const api = useApi(iamApiRef);
  const clients = useRead(useCallback(() => api.clients(), [api]));
  if (clients.error) {
    return <ErrorPanel error={clients.error} onRetry={clients.reload} />;
  }
  if (!clients.value) {
    return <Loading label="Loading the console" />;
  }
  return (
    <RevisionProvider>
      <KnownUser clients={clients.value}>{props.children}</KnownUser>
    </RevisionProvider>
  );
}

function KnownUser(props: { clients: IamClients; children: ReactNode }) {
  const { clients } = props;
  const me = useRead(
    useCallback(
      (signal: AbortSignal) => clients.auth.getMe({}, { signal }),
      [clients],
    ),
  );
  // Once it was answered, no reading anew takes the screens away.
  const wasAnswered = useRef(false);
  wasAnswered.current ||= Boolean(me.value ?? me.error);
  if (me.error?.code === 'IAM_CALLER_UNKNOWN') {
    return <NotAUser />;
  }
  if (!wasAnswered.current) {
    return <Loading label="Loading the console" />;
  }
  // Whatever else failed, the screens say what of it concerns them.
  return (
    <IamContext.Provider value={{ clients, me: me.value }}>
      {props.children}
    </IamContext.Provider>
  );
}

function useIamState(): IamState {
  const state = useContext(IamContext);
  if (!state) {
    throw new Error('This can be used inside the console only');
  }
  return state;
}

/** IAM's API. */
export function useIam(): IamClients {
  return useIamState().clients;
}

/** Who looks; undefined when that could not be read. */
export function useMe(): User | undefined {
  return useIamState().me;
}
