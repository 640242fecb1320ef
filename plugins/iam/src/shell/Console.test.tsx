import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderConsole } from '../__testUtils__/renderConsole';

it('shows the past with a way back to now', async () => {
  renderConsole('/access?asOf=2026-11-01T10:00:00Z', {});
  expect(
    await screen.findByText(/You are looking at the past/),
  ).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Overview' })).toHaveAttribute(
    'href',
    '/access/overview?asOf=2026-11-01T10%3A00%3A00Z',
  );
  const [back] = screen.getAllByRole('button', { name: 'Back to now' });
  await userEvent.click(back!);
  expect(
    screen.queryByText(/You are looking at the past/),
  ).not.toBeInTheDocument();
});
