import type { IdentityApi } from '@backstage/core-plugin-api';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen, waitFor } from '@testing-library/react';
import { SignInPage } from './SignInPage';

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

function render(guestAccess: boolean | undefined) {
  const onSignInSuccess = jest.fn<void, [IdentityApi]>();
  renderInTestApp(<SignInPage onSignInSuccess={onSignInSuccess} />, {
    config: {
      app: { baseUrl: 'http://localhost', guestAccess },
      backend: { baseUrl: 'http://localhost:7007' },
    },
  });
  return onSignInSuccess;
}

it.each([false, undefined])(
  'lets nobody in and says why where guests are not let in (%s)',
  async guestAccess => {
    const asked = jest.fn();
    globalThis.fetch = asked;
    const onSignInSuccess = render(guestAccess);
    expect(
      await screen.findByRole('heading', {
        level: 1,
        name: 'Nobody can sign in here yet',
      }),
    ).toBeInTheDocument();
    expect(screen.getByRole('main')).toHaveTextContent('npm start');
    expect(asked).not.toHaveBeenCalled();
    expect(onSignInSuccess).not.toHaveBeenCalled();
  },
);

it('signs everyone in as the guest where guests are let in', async () => {
  const claims = { sub: 'user:default/guest', exp: 4102444800, iat: 0 };
  const encode = (part: object) =>
    Buffer.from(JSON.stringify(part)).toString('base64url');
  globalThis.fetch = jest.fn(async () =>
    Response.json({
      providerInfo: {},
      profile: { displayName: 'Guest' },
      backstageIdentity: {
        token: `${encode({ alg: 'none' })}.${encode(claims)}.`,
        identity: {
          type: 'user',
          userEntityRef: 'user:default/guest',
          ownershipEntityRefs: ['user:default/guest'],
        },
      },
    }),
  );
  const onSignInSuccess = render(true);
  await waitFor(() => expect(onSignInSuccess).toHaveBeenCalledTimes(1));
  const identityApi = onSignInSuccess.mock.calls[0]![0];
  await expect(identityApi.getBackstageIdentity()).resolves.toMatchObject({
    userEntityRef: 'user:default/guest',
  });
  expect(globalThis.fetch).toHaveBeenCalledWith(
    'http://localhost:7007/api/auth/guest/refresh',
    expect.anything(),
  );
});

it('says what went wrong where the guest is refused', async () => {
  globalThis.fetch = jest.fn(async () =>
    Response.json(
      { error: { name: 'NotAllowedError', message: 'no guests today' } },
      { status: 403 },
    ),
  );
  const onSignInSuccess = render(true);
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'You do not appear to be signed in',
  );
  expect(onSignInSuccess).not.toHaveBeenCalled();
});
