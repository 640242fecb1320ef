import { fetchApiRef, useApi } from '@backstage/frontend-plugin-api';
import { BgProvider, Button, Container, Text, TextField } from '@backstage/ui';
import { useRef, useState, type FormEvent } from 'react';
import { Form } from 'react-aria-components';
import { EmptyState } from '../display/EmptyState';
import { ErrorPanel } from '../display/ErrorPanel';
import { fieldFaults } from '../form/fieldFaults';
import { NameAndSlug } from '../form/NameAndSlug';
import { readForm } from '../form/readForm';
import { useCommand } from '../form/useCommand';
import { useLocation } from '../shell/router';
import { completeSetUp, type FirstThings } from './completeSetUp';
import styles from './SetUpPage.module.css';

/**
 * Where the link of the first start leads: makes the first organization and the
 * first administrator. The token of the link is behind its `#`, so that no
 * server or proxy on the way has written it down.
 */
export function SetUpPage() {
  const fetchApi = useApi(fetchApiRef);
  const token = useLocation().hash.slice(1);
  const [done, setDone] = useState<FirstThings>();
  const setUp = useCommand(async (things: FirstThings) => {
    await completeSetUp(fetchApi, token, things);
    setDone(things);
  });

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { get } = readForm(event.currentTarget);
    const [givenName, familyName] = [get('givenName'), get('familyName')];
    setUp.run({
      organization: { name: get('name'), slug: get('slug') },
      owner: {
        username: get('username'),
        givenName,
        familyName,
        displayName: `${givenName} ${familyName}`,
        email: get('email'),
      },
    });
  };

  return (
    <Container>
      <main className={styles.page}>
        <h1 className={styles.title}>Set up this portal</h1>
        {done && (
          <EmptyState title={`${done.organization.name} is set up`}>
            {done.owner.displayName} may do everything in it. This page is
            closed for good.
          </EmptyState>
        )}
        {!done && token && (
          <SetUpForm
            pending={setUp.pending}
            error={setUp.error}
            onSubmit={submit}
          />
        )}
        {!done && !token && (
          <EmptyState title="This link is not complete">
            Open the whole link that the start of the portal printed: what comes
            after the # belongs to it.
          </EmptyState>
        )}
      </main>
    </Container>
  );
}

function SetUpForm(props: {
  pending: boolean;
  error: ReturnType<typeof useCommand>['error'];
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
}) {
  const form = useRef<HTMLFormElement>(null);
  const faults = fieldFaults(props.error);
  const shown = Object.keys(faults).filter(
    name => form.current?.elements.namedItem(name) !== null,
  );
  return (
    <Form
      ref={form}
      className={styles.form}
      onSubmit={props.onSubmit}
      validationErrors={faults}
    >
      <Text as="p" color="secondary">
        This happens once: the first organization, and you as the one who may do
        everything in this portal. Both can be changed later, and others
        invited.
      </Text>
      {props.error && <ErrorPanel error={props.error} shownFields={shown} />}
      <BgProvider bg="neutral-1">
        <fieldset className={styles.group}>
          <legend>Your organization</legend>
          <NameAndSlug namePlaceholder="Example Ltd" />
        </fieldset>
        <fieldset className={styles.group}>
          <legend>You</legend>
          <div className={styles.columns}>
            <TextField name="givenName" label="Given name" isRequired />
            <TextField name="familyName" label="Family name" isRequired />
          </div>
          <TextField
            name="email"
            type="email"
            label="E-mail address"
            isRequired
          />
          <TextField
            name="username"
            label="Username"
            description="What you will sign in with."
            isRequired
            maxLength={128}
          />
        </fieldset>
      </BgProvider>
      <Button
        type="submit"
        variant="primary"
        isPending={props.pending}
        className={styles.submit}
      >
        Set up
      </Button>
    </Form>
  );
}
