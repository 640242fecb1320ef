import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HomeCard, type Loadable } from './HomeCard';

function renderCard(content: Loadable<string>) {
  render(
    <HomeCard
      title="Weather"
      content={content}
      action={<a href="/all">All of it</a>}
    >
      {value => <p>It is {value}</p>}
    </HomeCard>,
  );
  return within(screen.getByRole('region', { name: 'Weather' }));
}

it('says that it is busy while it loads', () => {
  const card = renderCard({ state: 'loading' });
  expect(card.getByRole('heading', { level: 2 })).toHaveTextContent('Weather');
  expect(
    screen
      .getByRole('region', { name: 'Weather' })
      .querySelector('[aria-busy=true]'),
  ).toBeInTheDocument();
  expect(card.queryByText(/It is/)).not.toBeInTheDocument();
});

it('shows what it was given when that is ready, and the action', () => {
  const card = renderCard({ state: 'ready', value: 'fine' });
  expect(card.getByText('It is fine')).toBeInTheDocument();
  expect(card.getByRole('link', { name: 'All of it' })).toBeInTheDocument();
});

it('announces what went wrong and tries again when asked', async () => {
  const retry = jest.fn();
  const card = renderCard({
    state: 'failed',
    error: new Error('the barometer is broken'),
    retry,
  });
  expect(card.getByRole('alert')).toHaveTextContent('the barometer is broken');
  expect(retry).not.toHaveBeenCalled();
  await userEvent.click(card.getByRole('button', { name: 'Try again' }));
  expect(retry).toHaveBeenCalledTimes(1);
});
