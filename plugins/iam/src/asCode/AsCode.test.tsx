import {
  PlannedAction,
  SourceMode,
  SourceState,
} from '@callboard/plugin-iam-common/api';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderConsole } from '../__testUtils__/renderConsole';

const place = { file: 'acme.yaml', line: 12, column: 3 };
const plan = {
  id: 'plan-1',
  changes: [
    { action: PlannedAction.CREATE, kind: 'group', key: 'group acme/devs' },
    { action: PlannedAction.REMOVE, kind: 'grant', key: 'grant x' },
  ],
  undescribed: [{ kind: 'role', key: 'role acme/shop/old', place }],
  faults: [{ code: 'iam.input.format', message: 'is wrong', place }],
  lines: [
    { sign: '+', text: 'group acme/devs', indent: 0, place },
    { sign: ' ', text: 'name: "Developers"', indent: 1 },
    { sign: '!', text: 'grant y: is wrong', indent: 0, place },
  ],
};

function api() {
  const applied: unknown[] = [];
  return {
    applied,
    answers: {
      admin: {
        listSources: () => ({
          sources: [
            {
              name: 'main',
              target: 'iam/',
              mode: SourceMode.OBSERVE,
              state: SourceState.PENDING,
              plan,
            },
          ],
        }),
        applySource: ({
          source,
          plan: id,
        }: {
          source: string;
          plan: string;
        }) => {
          applied.push([source, id]);
          return { position: 5n };
        },
      },
    },
  };
}

it('shows the plan line by line, with the place of each', async () => {
  renderConsole('/access/as-code', api().answers);

  expect(
    await screen.findByText(
      'Plan: 1 to add, 1 to remove, 1 not described, 1 fault.',
    ),
  ).toBeInTheDocument();
  const lines = within(screen.getByRole('list', { name: 'Plan' }))
    .getAllByRole('listitem')
    .map(line => line.textContent);
  expect(lines).toEqual([
    '+To be added:group acme/devsacme.yaml:12',
    ' name: "Developers"',
    '!Cannot be done:grant y: is wrongacme.yaml:12',
  ]);
});

it('applies the plan that was seen', async () => {
  const user = userEvent.setup();
  const { answers, applied } = api();
  renderConsole('/access/as-code', answers);

  await user.click(await screen.findByRole('button', { name: 'Apply main' }));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: 'Apply' }));

  expect(await screen.findByText('To be applied')).toBeInTheDocument();
  expect(applied).toEqual([['main', 'plan-1']]);
});

it('says how to begin where no source is configured', async () => {
  renderConsole('/access/as-code', {
    admin: { listSources: () => ({}) },
  });

  expect(
    await screen.findByText('No source is configured'),
  ).toBeInTheDocument();
});
