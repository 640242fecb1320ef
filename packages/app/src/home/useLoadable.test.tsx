import { act, renderHook, waitFor } from '@testing-library/react';
import { useLoadable } from './useLoadable';

it('goes from loading to ready', async () => {
  const load = async () => 7;
  const { result } = renderHook(() => useLoadable(load));
  expect(result.current).toEqual({ state: 'loading' });
  await waitFor(() =>
    expect(result.current).toEqual({ state: 'ready', value: 7 }),
  );
});

it('loads again on retry', async () => {
  const load = jest
    .fn<Promise<number>, []>()
    .mockRejectedValueOnce(new Error('no luck'))
    .mockResolvedValueOnce(7);
  const { result } = renderHook(() => useLoadable(load));
  await waitFor(() => expect(result.current.state).toBe('failed'));

  const failed = result.current;
  act(() => {
    if (failed.state === 'failed') {
      failed.retry();
    }
  });
  expect(result.current).toEqual({ state: 'loading' });
  await waitFor(() =>
    expect(result.current).toEqual({ state: 'ready', value: 7 }),
  );
  expect(load).toHaveBeenCalledTimes(2);
});

it('makes an error of whatever is thrown', async () => {
  const load = () => Promise.reject('no luck');
  const { result } = renderHook(() => useLoadable(load));
  await waitFor(() => expect(result.current.state).toBe('failed'));
  expect(result.current).toMatchObject({ error: expect.any(Error) });
});

it('drops the answer to a question that is no longer asked', async () => {
  let answerFirst: (value: string) => void = () => undefined;
  const first = () =>
    new Promise<string>(resolve => {
      answerFirst = resolve;
    });
  const second = async () => 'second';
  const { result, rerender } = renderHook(({ load }) => useLoadable(load), {
    initialProps: { load: first },
  });
  rerender({ load: second });
  await waitFor(() =>
    expect(result.current).toEqual({ state: 'ready', value: 'second' }),
  );

  await act(async () => answerFirst('first'));
  expect(result.current).toEqual({ state: 'ready', value: 'second' });
});
