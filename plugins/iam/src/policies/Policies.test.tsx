import {
  PolicyKind,
  PolicySource,
  type PolicySettings,
} from '@callboard/plugin-iam-common/api';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderConsole } from '../__testUtils__/renderConsole';

const ACME = 'iam.organization/00000000-0000-4000-8000-000000000001';

const age = (maxDays: number, warnDays: number) => ({
  settings: { case: 'passwordAge' as const, value: { maxDays, warnDays } },
});

function answers(own: boolean, enforced = false) {
  const sent: unknown[] = [];
  const note = (settings: PolicySettings | undefined) =>
    sent.push(settings?.settings.value);
  const policy = {
    kind: PolicyKind.PASSWORD_AGE,
    settings: own ? age(90, 7) : age(0, 0),
    source: own ? PolicySource.ORGANIZATION : PolicySource.BUILT_IN,
    enforced,
    own: own ? { settings: age(90, 7), enforced: false } : undefined,
    inherited: age(0, 0),
  };
  return {
    sent,
    answers: {
      management: {
        listPolicies: () => ({ policies: [policy] }),
        getOrganization: () => ({ id: ACME, name: 'Acme' }),
        listOrganizations: () => ({}),
        setPolicy: ({ settings }: { settings?: PolicySettings }) => {
          note(settings);
          return { position: 1n };
        },
        resetPolicy: ({ kind }: { kind: PolicyKind }) => {
          sent.push(kind);
          return { position: 2n };
        },
      },
      admin: { listInstancePolicies: () => ({ policies: [policy] }) },
    },
  };
}

it('decides a policy as a whole, and shows what that changes', async () => {
  const user = userEvent.setup();
  const { answers: api, sent } = answers(false);
  renderConsole(`/access/policies?organization=${ACME}`, api);

  expect(await screen.findByText('Built in')).toBeInTheDocument();
  expect(screen.getByText('for ever')).toBeInTheDocument();
  await user.click(
    screen.getByRole('button', { name: 'Override Age of passwords' }),
  );
  const dialog = await screen.findByRole('dialog');
  const days = within(dialog).getByRole('textbox', { name: /May be used for/ });
  await user.clear(days);
  await user.type(days, '30');
  await user.tab();
  expect(
    within(dialog).getByRole('region', { name: 'What changes' }),
  ).toHaveTextContent('May be used for: for ever → 30 days');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));

  expect(await screen.findByText('Built in')).toBeInTheDocument();
  expect(sent).toEqual([expect.objectContaining({ maxDays: 30, warnDays: 0 })]);
});

it('does not send what cannot be so', async () => {
  const user = userEvent.setup();
  const { answers: api, sent } = answers(true);
  renderConsole(`/access/policies?organization=${ACME}`, api);

  await user.click(
    await screen.findByRole('button', { name: 'Change Age of passwords' }),
  );
  const dialog = await screen.findByRole('dialog');
  const warn = within(dialog).getByRole('textbox', { name: /Warn before/ });
  await user.clear(warn);
  await user.type(warn, '200');
  await user.tab();
  expect(
    within(dialog).getByText(/^Warn before its end: Does not fit/),
  ).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));

  expect(dialog).toBeInTheDocument();
  expect(warn).toBeInvalid();
  expect(sent).toEqual([]);
});

it('says before a reset what will hold', async () => {
  const user = userEvent.setup();
  const { answers: api, sent } = answers(true);
  renderConsole(`/access/policies?organization=${ACME}`, api);

  await user.click(
    await screen.findByRole('button', { name: 'Reset Age of passwords' }),
  );
  const dialog = await screen.findByRole('dialog');
  expect(dialog).toHaveTextContent('May be used for: 90 days → for ever');
  await user.click(within(dialog).getByRole('button', { name: 'Reset' }));

  expect(await screen.findByText('Overridden here')).toBeInTheDocument();
  expect(sent).toEqual([PolicyKind.PASSWORD_AGE]);
});

it('lets no organization decide what the instance enforces', async () => {
  const { answers: api } = answers(false, true);
  renderConsole(`/access/policies?organization=${ACME}`, api);

  expect(
    await screen.findByText(/decided this for all organizations/),
  ).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /Override/ })).toBeNull();
});
