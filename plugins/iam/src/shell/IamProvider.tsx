import { useApi } from '@backstage/frontend-plugin-api';
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

const IamContext = createContext<IamClients | undefined>(undefined);

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

/** Asks IAM something that everybody may ask whom it knows. */
function KnownUser(props: { clients: IamClients; children: ReactNode }) {
  const { clients } = props;
  const asked = useRead(
    useCallback(
      (signal: AbortSignal) =>
        clients.management.listOrganizations({ pageSize: 1 }, { signal }),
      [clients],
    ),
  );
  // Once it was answered, no reading anew takes the screens away.
  const wasAnswered = useRef(false);
  wasAnswered.current ||= Boolean(asked.value ?? asked.error);
  if (asked.error?.code === 'IAM_CALLER_UNKNOWN') {
    return <NotAUser />;
  }
  if (!wasAnswered.current) {
    return <Loading label="Loading the console" />;
  }
  // Whatever else failed, the screens say what of it concerns them.
  return (
    <IamContext.Provider value={clients}>{props.children}</IamContext.Provider>
  );
}

/** IAM's API. */
export function useIam(): IamClients {
  const clients = useContext(IamContext);
  if (!clients) {
    throw new Error('useIam can be used inside the console only');
  }
  return clients;
}
