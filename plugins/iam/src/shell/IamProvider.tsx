import { useApi } from '@backstage/frontend-plugin-api';
import { createContext, useCallback, useContext, type ReactNode } from 'react';
import { iamApiRef, type IamClients } from '../api/iamApiRef';
import { ErrorPanel } from '../display/ErrorPanel';
import { Loading } from '../display/Loading';
import { RevisionProvider } from '../reading/Revision';
import { useRead } from '../reading/useRead';

const ClientsContext = createContext<IamClients | undefined>(undefined);

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
    <ClientsContext.Provider value={clients.value}>
      <RevisionProvider>{props.children}</RevisionProvider>
    </ClientsContext.Provider>
  );
}

/** IAM's API. */
export function useIam(): IamClients {
  const clients = useContext(ClientsContext);
  if (!clients) {
    throw new Error('useIam can be used inside the console only');
  }
  return clients;
}
