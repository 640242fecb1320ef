import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import { GuestBanner } from './GuestBanner';

async function render(app: { guestAccess?: boolean }) {
  renderInTestApp(
    <>
      <GuestBanner />
      <p>The page</p>
    </>,
    { config: { app: { baseUrl: 'http://localhost', ...app } } },
  );
  await screen.findByText('The page');
}

it('says so where guests are let in', async () => {
  await render({ guestAccess: true });
  expect(
    screen.getByRole('complementary', { name: 'Guest access' }),
  ).toHaveTextContent('is let in without signing in');
});

it.each([{ guestAccess: false }, {}])(
  'says nothing where they are not (%j)',
  async app => {
    await render(app);
    expect(screen.queryByRole('complementary')).not.toBeInTheDocument();
  },
);
