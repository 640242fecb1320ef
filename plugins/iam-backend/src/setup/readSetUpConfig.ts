import type { Config } from '@backstage/config';
import type { FirstThings, SetUpOptions } from './SetUp';

/**
 * `iam.setUp` of the configuration, and where the portal is. Everything may come
 * from the environment, as anywhere in it.
 *
 * @throws when a value that is needed is missing; the message names it
 */
export function readSetUpConfig(
  config: Config,
): Pick<SetUpOptions, 'appUrl' | 'unattended' | 'name' | 'language'> {
  const setUp = config.getOptionalConfig('iam.setUp');
  return {
    appUrl: config.getString('app.baseUrl'),
    name: setUp?.getOptionalString('name'),
    language: setUp?.getOptionalString('language'),
    unattended: setUp?.has('owner') ? readFirstThings(setUp) : undefined,
  };
}

function readFirstThings(setUp: Config): FirstThings {
  const organization = setUp.getConfig('organization');
  const owner = setUp.getConfig('owner');
  const [givenName, familyName] = [
    owner.getString('givenName'),
    owner.getString('familyName'),
  ];
  return {
    organization: {
      name: organization.getString('name'),
      slug: organization.getString('slug'),
    },
    owner: {
      username: owner.getString('username'),
      givenName,
      familyName,
      displayName:
        owner.getOptionalString('displayName') ?? `${givenName} ${familyName}`,
      language: owner.getOptionalString('language'),
      email: owner.getString('email'),
    },
  };
}
