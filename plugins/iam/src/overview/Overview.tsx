import { useCallback } from 'react';
import { AdministratorsSection } from '../administrators/AdministratorsSection';
import { useAsOf } from '../asOf/useAsOf';
import { Time } from '../display/Time';
import { ObjectName } from '../display/Names';
import { Facts } from '../object/Facts';
import { Section } from '../object/Section';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import { Counts } from './Counts';
import styles from './Overview.module.css';
import { RecentChanges } from './RecentChanges';

/** What there is, what needs somebody, and what has happened lately. */
export function Overview() {
  const { admin } = useIam();
  const { asOf } = useAsOf();
  const instance = useRead(
    useCallback(
      (signal: AbortSignal) => admin.getMyInstance({ asOf }, { signal }),
      [admin, asOf],
    ),
  );
  const { value } = instance;

  return (
    <div className={styles.page}>
      <Counts />
      <div className={styles.columns}>
        <RecentChanges />
        {/* Those who may not see the instance are not told that they may not. */}
        {value && (
          <Section title="This instance">
            <Facts
              facts={[
                ['Name', value.name],
                ['Language', value.language],
                ['Hosts', value.domains.join(', ')],
                [
                  'Default organization',
                  value.defaultOrganization && (
                    <ObjectName
                      key="organization"
                      id={value.defaultOrganization}
                    />
                  ),
                ],
                ['Created', <Time key="created" at={value.createdAt} />],
              ]}
            />
          </Section>
        )}
      </div>
      {value && <AdministratorsSection scope={value.id} />}
    </div>
  );
}
