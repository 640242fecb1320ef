import { renderInTestApp } from '@backstage/frontend-test-utils';
import searchPlugin from '@backstage/plugin-search/alpha';
import { type SearchApi, searchApiRef } from '@backstage/plugin-search-react';
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import { HomeSearch } from './HomeSearch';

type Query = SearchApi['query'];
type Answer = Awaited<ReturnType<Query>>;

function found(...names: string[]): Answer {
  return {
    results: names.map(name => ({
      type: 'software-catalog',
      document: { title: name, text: `about ${name}`, location: `/at/${name}` },
    })),
  };
}

function Address() {
  const { pathname, search } = useLocation();
  return <output>{`${pathname}${search}`}</output>;
}

function render(query: Query) {
  renderInTestApp(
    <>
      <HomeSearch />
      <Address />
    </>,
    {
      apis: [[searchApiRef, { query }]],
      mountedRoutes: { '/find': searchPlugin.routes.root },
    },
  );
}

const field = () =>
  screen.findByRole('searchbox', { name: 'Search the portal' });

/** Where the suggestions lead; a note that there are none leads nowhere. */
const options = () =>
  screen
    .queryAllByRole('option')
    .flatMap(option => option.getAttribute('href') ?? []);

it('asks nothing before something is typed', async () => {
  const query = jest.fn<ReturnType<Query>, Parameters<Query>>();
  render(query);
  await userEvent.type(await field(), '  ');
  expect(query).not.toHaveBeenCalled();
  expect(options()).toEqual([]);
});

it('offers all results first, then what matches best', async () => {
  render(async () => found('mill', 'loom'));
  await userEvent.type(await field(), 'engine room');
  await waitFor(() =>
    expect(options()).toEqual([
      '/find?query=engine%20room',
      '/at/mill',
      '/at/loom',
    ]),
  );
});

it('goes through the suggestions with the arrow keys, and opens with Enter', async () => {
  render(async () => found('mill', 'loom'));
  await userEvent.type(await field(), 'engine');
  await waitFor(() => expect(options()).toHaveLength(3));
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
  await waitFor(() =>
    expect(screen.getByRole('status')).toHaveTextContent('/at/loom'),
  );
});

it('opens all results with Enter', async () => {
  render(async () => found('mill'));
  await userEvent.type(await field(), 'engine');
  await waitFor(() => expect(options()).toHaveLength(2));
  await userEvent.keyboard('{Enter}');
  await waitFor(() =>
    expect(screen.getByRole('status')).toHaveTextContent('/find?query=engine'),
  );
});

it('takes back a question when the next letter comes, and its answer, too', async () => {
  const asked: Array<{
    term: string;
    signal?: AbortSignal;
    answer: (value: Answer) => void;
  }> = [];
  render(
    ({ term }, { signal } = {}) =>
      new Promise(answer => {
        asked.push({ term, signal, answer });
      }),
  );
  await userEvent.type(await field(), 'ab');
  await waitFor(() => expect(asked.at(-1)?.term).toBe('ab'));
  const [first, last] = [asked[0]!, asked.at(-1)!];
  expect(first.term).toBe('a');
  expect(first.signal?.aborted).toBe(true);
  expect(last.signal?.aborted).toBe(false);

  // The answers come in the wrong order.
  await act(async () => last.answer(found('abacus')));
  await waitFor(() => expect(options()).toContain('/at/abacus'));
  await act(async () => first.answer(found('apple')));
  expect(options()).toEqual(['/find?query=ab', '/at/abacus']);
});

it('still leads to the search page when the search fails', async () => {
  render(async () => {
    throw new Error('the index is away');
  });
  await userEvent.type(await field(), 'engine');
  await waitFor(() => expect(options()).toEqual(['/find?query=engine']));
});
