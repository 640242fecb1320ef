import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderConsole } from '../__testUtils__/renderConsole';
import {
  groupId,
  MatrixWorld,
  refusal,
  userId,
  UUID,
} from './__testUtils__/MatrixWorld';
import { forgetKeptEditing } from './keptEditing';

const MATRIX = `/access/projects/${UUID}/matrix`;

beforeAll(() => {
  // jsdom lays nothing out; the grid shows what fits into this.
  jest.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
  jest.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(1200);
});

afterEach(forgetKeptEditing);

async function open(world: MatrixWorld, address = MATRIX) {
  renderConsole(address, world.answers());
  const grid = await screen.findByRole('grid', {
    name: 'Who has which role of Shop',
  });
  return { grid, user: userEvent.setup() };
}

async function rowOf(name: string) {
  const header = await screen.findByRole('rowheader', {
    name: new RegExp(`${name}\\b`),
  });
  return header.closest<HTMLElement>('[role=row]')!;
}

async function cell(name: string, column: number, says: RegExp) {
  const row = await rowOf(name);
  return waitFor(() => {
    const found = within(row).getAllByRole('gridcell')[column]!;
    expect(found).toHaveTextContent(says);
    return found;
  });
}

it('shows what each was given, and what each has through a group', async () => {
  const world = new MatrixWorld(3);
  world.grant(userId(1), 'reader');
  world.grant(groupId(1), 'writer');
  world.memberships.push({ member: userId(1), group: groupId(1) });
  await open(world);

  await cell('Person 1', 0, /^Has it\.$/);
  await cell('Person 1', 1, /^Has it through Platform\.$/);
  await cell('Person 2', 0, /^Has it not\.$/);
  expect(await cell('Platform', 1, /^Has it\.$/)).toBeInTheDocument();
});

it('saves several cells as one command, after it was reviewed', async () => {
  const world = new MatrixWorld(3);
  world.grant(userId(2), 'writer');
  const { user } = await open(world);

  await user.click(await cell('Person 1', 0, /Has it not/));
  await user.click(await cell('Person 2', 1, /Has it/));
  await cell('Person 1', 0, /Is to have it without an end/);
  await cell('Person 2', 1, /Is to lose it/);
  await user.click(screen.getByRole('button', { name: 'Review and save' }));

  const dialog = await screen.findByRole('dialog', { name: 'Changes in Shop' });
  expect(dialog).toHaveTextContent('2 changes: 1 gained, 1 lost.');
  expect(dialog).toHaveTextContent('gains Reader');
  expect(dialog).toHaveTextContent('loses Writer');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));

  expect(await screen.findByText(/Saved: 2 changes/)).toBeInTheDocument();
  await cell('Person 1', 0, /^Has it\.$/);
  await cell('Person 2', 1, /^Has it not\.$/);
  expect(world.sent).toEqual([
    [
      expect.objectContaining({
        subject: userId(1),
        role: 'reader',
        granted: true,
      }),
      expect.objectContaining({
        subject: userId(2),
        role: 'writer',
        granted: false,
      }),
    ],
  ]);
});

it('is walked and edited by keys alone', async () => {
  const world = new MatrixWorld(3);
  const { grid, user } = await open(world);
  await cell('Person 1', 0, /Has it not/);

  const focused = () => document.activeElement as HTMLElement;
  // The grid is one stop for the Tab key.
  expect(
    within(grid)
      .getAllByRole('gridcell')
      .filter(c => c.tabIndex === 0),
  ).toHaveLength(1);
  within(grid).getAllByRole('gridcell')[0]!.focus();
  await user.keyboard('{ArrowDown}{ArrowRight}');
  expect(focused()).toBe(await cell('Person 1', 1, /Has it not/));

  await user.keyboard('{Shift>}{ArrowDown}{ArrowRight}{/Shift}');
  expect(
    within(grid)
      .getAllByRole('gridcell')
      .filter(c => c.getAttribute('aria-selected') === 'true'),
  ).toHaveLength(4);
  await user.keyboard(' ');
  expect(screen.getByText('4 changes: 4 gained.')).toBeInTheDocument();
  await user.keyboard('{Control>}z{/Control}');
  expect(screen.queryByText(/4 gained/)).not.toBeInTheDocument();
  await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
  expect(screen.getByText('4 changes: 4 gained.')).toBeInTheDocument();

  await user.keyboard('{Escape}{Enter}');
  expect(
    await screen.findByRole('dialog', { name: 'Person 2: Owner' }),
  ).toBeInTheDocument();
});

it('asks again where somebody else has changed a cell meanwhile', async () => {
  const world = new MatrixWorld(3);
  world.grant(userId(1), 'reader');
  const { user } = await open(world);
  await user.click(await cell('Person 1', 0, /^Has it\.$/));
  await user.click(await cell('Person 2', 2, /Has it not/));

  // Another administrator gives the role an end.
  world.grant(userId(1), 'reader', timestampFromMs(Date.UTC(2199, 4, 1)));
  await user.click(screen.getByRole('button', { name: 'Review and save' }));
  await user.click(await screen.findByRole('button', { name: 'Save' }));

  const dialog = await screen.findByRole('dialog', {
    name: 'Changed meanwhile',
  });
  expect(world.sent).toEqual([]);
  expect(dialog).toHaveTextContent(
    /Leave it: Person 1 has Reader until .*2199/,
  );
  const again = within(dialog).getByRole('button', { name: 'Review again' });
  expect(again).toBeDisabled();
  await user.click(
    within(dialog).getByRole('radio', { name: /^Leave it: Person 1/ }),
  );
  await user.click(again);

  const review = await screen.findByRole('dialog', { name: 'Changes in Shop' });
  expect(review).toHaveTextContent('1 change: 1 gained.');
  await user.click(within(review).getByRole('button', { name: 'Save' }));
  expect(await screen.findByText(/Saved: 1 change\./)).toBeInTheDocument();
  expect(world.sent).toEqual([
    [expect.objectContaining({ subject: userId(2), role: 'owner' })],
  ]);
  expect(world.grants.has(`${userId(1)} reader`)).toBe(true);
});

it('keeps the edits when the server refuses them, and says why', async () => {
  const world = new MatrixWorld(3);
  world.refuse = refusal('You may not grant this');
  const { user } = await open(world);

  await user.click(await cell('Person 1', 0, /Has it not/));
  await user.click(screen.getByRole('button', { name: 'Review and save' }));
  await user.click(await screen.findByRole('button', { name: 'Save' }));

  expect(await screen.findByText('Nothing was saved')).toBeInTheDocument();
  expect(screen.getByText('You may not grant this.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Go on editing' }));
  await cell('Person 1', 0, /Is to have it/);
});

it('changes nothing of the past', async () => {
  const world = new MatrixWorld(3);
  const { user } = await open(world, `${MATRIX}?asOf=50`);

  const past = await cell('Person 1', 0, /^Has it not\.$/);
  expect(past).toHaveAttribute('aria-readonly', 'true');
  await user.click(past);
  await cell('Person 1', 0, /^Has it not\.$/);
  expect(
    screen.queryByRole('region', { name: 'Unsaved changes' }),
  ).not.toBeInTheDocument();
});

it('has ten thousand people, of which it holds those in sight', async () => {
  const world = new MatrixWorld(10_000);
  const { grid } = await open(world);
  await cell('Person 1', 0, /Has it not/);

  expect(within(grid).getAllByRole('row').length).toBeLessThan(60);
  expect(screen.getByText(/ of |shown/)).toBeInTheDocument();
});

it('filters both axes by what the address says', async () => {
  const world = new MatrixWorld(30);
  world.grant(userId(7), 'writer');
  const { grid } = await open(world, `${MATRIX}?role=writer&roles=wri`);

  await cell('Person 7', 0, /^Has it\.$/);
  expect(within(grid).getAllByRole('rowheader')).toHaveLength(1);
  expect(
    within(grid)
      .getAllByRole('columnheader')
      .map(header => header.textContent),
  ).toEqual(['Who', 'Writer']);
});
