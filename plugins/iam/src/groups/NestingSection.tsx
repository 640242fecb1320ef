import { Button, ButtonIcon, Text } from '@backstage/ui';
import { RiArrowDownSLine, RiArrowRightSLine } from '@remixicon/react';
import { MemberKind, type Membership } from '@callboard/plugin-iam-common/api';
import { useCallback, useState } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { ErrorPanel } from '../display/ErrorPanel';
import { Loading } from '../display/Loading';
import { ObjectName } from '../display/Names';
import { usePagedList } from '../list/usePagedList';
import { Section } from '../object/Section';
import { useIam } from '../shell/IamProvider';
import styles from './NestingSection.module.css';

/** The groups in a group, and those in them, as far as they are opened. */
export function NestingSection(props: {
  group: string;
  groupName: string;
  organization: string;
}) {
  return (
    <Section
      title="Groups in it"
      description="Their members are members too. A group is never in itself, however long the way round."
    >
      <Subgroups group={props.group} name={props.groupName} />
    </Section>
  );
}

function Subgroups(props: { group: string; name: string }) {
  const { group } = props;
  const { management } = useIam();
  const { asOf } = useAsOf();
  const list = usePagedList<Membership>(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const page = await management.listMembers(
          { group, kind: MemberKind.GROUP, asOf, pageToken, pageSize },
          { signal },
        );
        return { ...page, items: page.members };
      },
      [management, group, asOf],
    ),
  );

  if (list.error) {
    return <ErrorPanel error={list.error} onRetry={list.reload} />;
  }
  if (!list.value) {
    return <Loading label={`Loading the groups in ${props.name}`} />;
  }
  if (list.value.items.length === 0) {
    return (
      <Text as="p" color="secondary" className={styles.none}>
        No groups in it
      </Text>
    );
  }
  return (
    <>
      <ul className={styles.tree} aria-label={`Groups in ${props.name}`}>
        {list.value.items.map(({ member, memberName }) => (
          <Subgroup key={member} id={member} name={memberName} />
        ))}
      </ul>
      {(list.previous || list.next) && (
        <div className={styles.more}>
          <Button
            size="small"
            variant="secondary"
            isDisabled={!list.previous}
            onPress={list.previous}
          >
            Previous
          </Button>
          <Button
            size="small"
            variant="secondary"
            isDisabled={!list.next}
            onPress={list.next}
          >
            Next
          </Button>
        </div>
      )}
    </>
  );
}

function Subgroup(props: { id: string; name: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li className={styles.node}>
      <div className={styles.line}>
        <ButtonIcon
          size="small"
          variant="tertiary"
          aria-expanded={isOpen}
          aria-label={`Groups in ${props.name}`}
          icon={isOpen ? <RiArrowDownSLine /> : <RiArrowRightSLine />}
          onPress={() => setOpen(open => !open)}
        />
        <ObjectName id={props.id} name={props.name} />
      </div>
      {isOpen && <Subgroups group={props.id} name={props.name} />}
    </li>
  );
}
