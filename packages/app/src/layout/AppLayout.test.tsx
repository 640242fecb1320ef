import { renderInTestApp } from '@backstage/frontend-test-utils';
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  Link,
  type NavigateFunction,
  useLocation,
  useNavigate,
} from 'react-router-dom';
import { AppLayout } from './AppLayout';

let navigate: NavigateFunction;

function Page() {
  navigate = useNavigate();
  return (
    <main>
      <output>{useLocation().pathname}</output>
      <button type="button">Do it</button>
    </main>
  );
}

function render() {
  renderInTestApp(
    <AppLayout
      navigation={
        <nav>
          <Link to="/here">Here</Link>
          <Link to="/there">There</Link>
        </nav>
      }
      content={<Page />}
    />,
    { initialRouteEntries: ['/here'] },
  );
}

const menuButton = (name: string) => screen.findByRole('button', { name });
const panel = () => document.getElementById('navigation-panel')!;
const content = () => document.getElementById('content')!;

async function openMenu() {
  render();
  await userEvent.click(await menuButton('Open menu'));
}

it('has a link that skips the navigation, before all others', async () => {
  render();
  await menuButton('Open menu');
  await userEvent.tab();
  const skip = screen.getByRole('link', { name: 'Skip to content' });
  expect(skip).toHaveFocus();
  expect(skip).toHaveAttribute('href', '#content');
  expect(content()).toHaveAttribute('tabindex', '-1');
});

it('is closed and takes no focus at first', async () => {
  render();
  expect(await menuButton('Open menu')).toHaveAttribute(
    'aria-expanded',
    'false',
  );
  expect(panel()).toHaveAttribute('data-open', 'false');
  expect(document.body).toHaveFocus();
});

it('gives the focus to the menu when it opens and keeps it from the page', async () => {
  await openMenu();
  expect(panel()).toHaveAttribute('data-open', 'true');
  expect(screen.getByRole('link', { name: 'Here' })).toHaveFocus();
  expect(content().inert).toBe(true);
  const button = await menuButton('Close menu');
  expect(button).toHaveAttribute('aria-expanded', 'true');
  expect(button).toHaveAttribute('aria-controls', panel().id);
});

it('closes on Escape and gives the focus back', async () => {
  await openMenu();
  await userEvent.keyboard('{Escape}');
  expect(panel()).toHaveAttribute('data-open', 'false');
  expect(await menuButton('Open menu')).toHaveFocus();
  expect(content().inert).toBe(false);
});

it('closes on the button that opened it', async () => {
  await openMenu();
  await userEvent.click(await menuButton('Close menu'));
  expect(panel()).toHaveAttribute('data-open', 'false');
  expect(await menuButton('Open menu')).toHaveFocus();
});

it('closes on a click beside it and gives the focus back', async () => {
  await openMenu();
  await userEvent.click(panel().nextElementSibling!);
  expect(panel()).toHaveAttribute('data-open', 'false');
  expect(await menuButton('Open menu')).toHaveFocus();
});

it('closes when it leads to another page, and the focus goes there', async () => {
  await openMenu();
  await userEvent.click(screen.getByRole('link', { name: 'There' }));
  await waitFor(() =>
    expect(screen.getByRole('status')).toHaveTextContent('/there'),
  );
  expect(panel()).toHaveAttribute('data-open', 'false');
  expect(content()).toHaveFocus();
});

it('closes when the browser goes back', async () => {
  await openMenu();
  await userEvent.click(screen.getByRole('link', { name: 'There' }));
  await userEvent.click(await menuButton('Open menu'));
  act(() => navigate(-1));
  await waitFor(() =>
    expect(screen.getByRole('status')).toHaveTextContent('/here'),
  );
  expect(panel()).toHaveAttribute('data-open', 'false');
});

it('closes when it leads to the page that is open', async () => {
  await openMenu();
  await userEvent.click(screen.getByRole('link', { name: 'Here' }));
  expect(panel()).toHaveAttribute('data-open', 'false');
  expect(content()).toHaveFocus();
});

it('leaves Escape to the page while the menu is closed', async () => {
  render();
  const pressed = jest.fn();
  document.addEventListener('keydown', pressed);
  (await screen.findByRole('link', { name: 'Here' })).focus();
  await userEvent.keyboard('{Escape}');
  document.removeEventListener('keydown', pressed);
  expect(pressed).toHaveBeenCalledTimes(1);
  expect(screen.getByRole('link', { name: 'Here' })).toHaveFocus();
});
