import { identityApiRef } from '@backstage/core-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { screen, waitFor } from '@testing-library/react';
import { Viewer } from './Viewer';

function render(identity: typeof identityApiRef.T) {
  renderInTestApp(
    <>
      <Viewer />
      <p>The rest</p>
    </>,
    { apis: [[identityApiRef, identity]] },
  );
}

it('names who is signed in', async () => {
  render(
    mockApis.identity({
      userEntityRef: 'user:default/ada',
      displayName: 'Ada Lovelace',
    }),
  );
  expect(await screen.findByText('Ada Lovelace')).toHaveTextContent(
    'Signed in as Ada Lovelace',
  );
});

it('takes the name of the entity where the profile has none', async () => {
  render(mockApis.identity({ userEntityRef: 'user:default/ada' }));
  expect(await screen.findByText('ada')).toBeInTheDocument();
});

it('stays away where the identity cannot be known', async () => {
  const getBackstageIdentity = jest.fn().mockRejectedValue(new Error('away'));
  render(mockApis.identity.mock({ getBackstageIdentity }));
  await screen.findByText('The rest');
  await waitFor(() => expect(getBackstageIdentity).toHaveBeenCalled());
  expect(screen.queryByText(/Signed in as/)).not.toBeInTheDocument();
});
