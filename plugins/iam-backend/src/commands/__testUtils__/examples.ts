/** For each command something that succeeds, made anew each time. */
import {
  builtInPolicies,
  instanceAggregateId,
  type AdministratorRoleId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { inDays, person } from '../../domain/__testUtils__/scene';
import type { Caller } from '../../queries/Authorizer';
import type { CommandName } from '../commandPermissions';
import type { CommandInput } from '../IamCommands';
import { makeKeyPair } from '../secrets';
import type { TestIam } from './TestIam';

type Example<TName extends CommandName> = (iam: TestIam) => Promise<{
  readonly input: CommandInput<TName>;
  /** The instance's owner when left out. */
  readonly caller?: Caller;
}>;

const soon = () => inDays(5, new Date());

async function machineWithCredentials(iam: TestIam) {
  const user = await iam.machine();
  await iam.commands.createSecret(iam.owner, { user });
  const { credential: key } = await iam.commands.createKey(iam.owner, {
    user,
    expiresAt: soon(),
  });
  const { credential: token } = await iam.commands.createToken(iam.owner, {
    user,
    name: 'build',
    scopes: ['catalog.*'],
    expiresAt: soon(),
  });
  return { user, key: key!, token: token! };
}

async function domain(iam: TestIam) {
  const organization = await iam.organization();
  const name = `${iam.name('d')}.example.com`;
  await iam.commands.addDomain(iam.owner, { organization, domain: name });
  return { organization, domain: name };
}

async function ownedDomain(iam: TestIam) {
  const named = await domain(iam);
  await iam.commands.challengeDomain(iam.owner, { ...named, method: 'http' });
  await publish(iam, named);
  await iam.commands.checkDomain(iam.owner, named);
  return named;
}

/** Publishes the newest challenge of a domain. */
async function publish(
  iam: TestIam,
  { organization, domain: name }: Awaited<ReturnType<typeof domain>>,
  method: 'dns' | 'http' = 'http',
) {
  const { challenge } = await iam.commands.challengeDomain(iam.owner, {
    organization,
    domain: name,
    method,
  });
  if (challenge!.method === 'http') {
    iam.internet.files.set(challenge!.url, `${challenge!.content}\n`);
  } else {
    iam.internet.records.set(challenge!.name, [challenge!.value]);
  }
  return challenge!;
}

async function spareDomain(iam: TestIam) {
  const first = await ownedDomain(iam);
  const spare = `spare.${first.domain}`;
  const named = { organization: first.organization, domain: spare };
  await iam.commands.addDomain(iam.owner, named);
  await publish(iam, named);
  await iam.commands.checkDomain(iam.owner, named);
  return { ...named, primary: first.domain };
}

async function invited(iam: TestIam) {
  const { id, secret } = await iam.commands.inviteHuman(iam.owner, {
    organization: iam.home,
    ...person(iam.name('invited')),
  });
  return { user: id as UserId, code: secret! };
}

async function sentCode(iam: TestIam, kind: 'email_code' | 'phone_code') {
  const user = await iam.user();
  if (kind === 'phone_code') {
    await iam.commands.changePhone(iam.owner, { user, phone: '+4930123456' });
    await iam.commands.requestPhoneCode(iam.owner, { user });
  } else {
    const email = `${iam.name('mail')}@example.org`;
    await iam.commands.changeEmail(iam.owner, { user, email });
    await iam.commands.requestEmailCode(iam.owner, { user });
  }
  const { code } = iam.delivered.at(-1)!;
  return { input: { user, code }, caller: iam.as(user).caller };
}

async function administratorRole(iam: TestIam) {
  const { id } = await iam.commands.createAdministratorRole(iam.owner, {
    key: iam.name('role'),
    level: 'organization',
    name: 'Looker',
    permissions: ['iam.user.read'],
  });
  return id as AdministratorRoleId;
}

async function delegation(iam: TestIam) {
  const project = await iam.project();
  const organization = await iam.organization();
  const input = { project, organization, roles: ['reader'] };
  await iam.commands.delegateProject(iam.owner, input);
  return { project, organization };
}

const operated = (iam: TestIam) => ({ caller: iam.operator });
const profile = {
  givenName: 'Ann',
  familyName: 'Lee',
  displayName: 'Ann Lee',
  language: 'de',
};
const content = (iam: TestIam, prefix: string) => {
  const name = iam.name(prefix);
  return { name, slug: name, description: 'What it is for' };
};
const role = {
  key: 'editor',
  name: 'Editor',
  description: 'Edits',
  permissions: [
    { pattern: 'catalog.entity.*', conditions: [{ kind: 'owned' as const }] },
  ],
};

async function newInstance(iam: TestIam) {
  const instance = iam.name('tenant');
  await iam.commands.createInstance(
    { caller: iam.operator },
    { instance, name: 'Tenant', language: 'en' },
  );
  return instance;
}

async function instanceDomain(iam: TestIam) {
  const name = `${iam.name('portal')}.example.com`;
  await iam.commands.addInstanceDomain(iam.owner, { domain: name });
  await iam.commands.addInstanceDomain(iam.owner, { domain: `old.${name}` });
  await iam.commands.changePrimaryInstanceDomain(iam.owner, { domain: name });
  return { domain: `old.${name}` };
}

export const examples: { readonly [TName in CommandName]: Example<TName> } = {
  createInstance: async iam => ({
    ...operated(iam),
    input: {
      instance: iam.name('tenant'),
      name: 'Tenant',
      language: 'en',
      domain: `${iam.name('t')}.example.com`,
    },
  }),
  changeInstanceLimits: async iam => ({
    ...operated(iam),
    input: { instance: await newInstance(iam), blocked: true, auditDays: 30 },
  }),
  removeInstance: async iam => ({
    ...operated(iam),
    input: { instance: await newInstance(iam) },
  }),
  renameInstance: async iam => ({ input: { name: iam.name('Portal') } }),
  changeDefaultLanguage: async iam => {
    const { language } = { language: iam.name('x').length % 2 ? 'de' : 'fr' };
    return { input: { language } };
  },
  changeDefaultOrganization: async iam => ({
    input: { organization: await iam.organization() },
  }),
  addInstanceDomain: async iam => ({
    input: { domain: `${iam.name('p')}.example.com` },
  }),
  changePrimaryInstanceDomain: async iam => ({
    input: await instanceDomain(iam),
  }),
  removeInstanceDomain: async iam => ({ input: await instanceDomain(iam) }),

  createOrganization: async iam => {
    const name = iam.name('organization');
    return { input: { name, slug: name } };
  },
  renameOrganization: async iam => ({
    input: { organization: await iam.organization(), name: iam.name('Name') },
  }),
  changeOrganizationSlug: async iam => ({
    input: { organization: await iam.organization(), slug: iam.name('slug') },
  }),
  setOrganizationMetadata: async iam => ({
    input: { organization: await iam.organization(), key: 'k', value: 'v' },
  }),
  removeOrganizationMetadata: async iam => {
    const organization = await iam.organization();
    const entry = { organization, key: 'k' };
    await iam.commands.setOrganizationMetadata(iam.owner, {
      ...entry,
      value: 'v',
    });
    return { input: entry };
  },
  deactivateOrganization: async iam => ({
    input: { organization: await iam.organization() },
  }),
  reactivateOrganization: async iam => {
    const organization = await iam.organization();
    await iam.commands.deactivateOrganization(iam.owner, { organization });
    return { input: { organization } };
  },
  removeOrganization: async iam => ({
    input: { organization: await iam.organization() },
  }),
  addDomain: async iam => ({
    input: {
      organization: await iam.organization(),
      domain: `${iam.name('n')}.example.com`,
    },
  }),
  challengeDomain: async iam => ({
    input: { ...(await domain(iam)), method: 'dns' },
  }),
  checkDomain: async iam => {
    const named = await domain(iam);
    await publish(iam, named, 'dns');
    return { input: named };
  },
  waiveDomainCheck: async iam => {
    const named = await domain(iam);
    await iam.commands.setPolicy(iam.owner, {
      owner: named.organization,
      policy: 'domain',
      settings: { ...builtInPolicies.domain, verifyDomains: false },
    });
    return { input: named };
  },
  changePrimaryDomain: async iam => {
    const { organization, domain: name } = await spareDomain(iam);
    return { input: { organization, domain: name } };
  },
  removeDomain: async iam => ({ input: await domain(iam) }),
  transferDomain: async iam => {
    const { organization, domain: name } = await spareDomain(iam);
    const to = await iam.organization();
    return { input: { from: organization, to, domain: name } };
  },

  createHuman: async iam => ({
    input: {
      organization: iam.home,
      ...person(iam.name('p')),
      language: 'en',
    },
  }),
  createMachine: async iam => ({
    input: {
      organization: iam.home,
      username: iam.name('m'),
      name: 'Builder',
      description: 'Builds',
    },
  }),
  inviteHuman: async iam => ({
    input: {
      organization: iam.home,
      ...person(iam.name('i')),
      language: 'en',
    },
  }),
  inviteAgain: async iam => ({ input: { user: (await invited(iam)).user } }),
  acceptInvitation: async iam => {
    const { user, code } = await invited(iam);
    return { input: { user, code }, caller: iam.as(user).caller };
  },
  activateUser: async iam => {
    const { user } = await invited(iam);
    await iam.commands.confirmEmail(iam.owner, { user });
    return { input: { user } };
  },
  changeUsername: async iam => ({
    input: { user: await iam.user(), username: iam.name('renamed') },
  }),
  changeProfile: async iam => ({
    input: { user: await iam.user(), ...profile },
  }),
  changeMachine: async iam => ({
    input: { user: await iam.machine(), name: 'Other', description: 'New' },
  }),
  changeEmail: async iam => ({
    input: { user: await iam.user(), email: `${iam.name('e')}@example.org` },
  }),
  requestEmailCode: async iam => ({ input: { user: await iam.user() } }),
  verifyEmail: iam => sentCode(iam, 'email_code'),
  confirmEmail: async iam => ({ input: { user: (await invited(iam)).user } }),
  changePhone: async iam => ({
    input: { user: await iam.user(), phone: '+4930654321' },
  }),
  requestPhoneCode: async iam => {
    const user = await iam.user();
    await iam.commands.changePhone(iam.owner, { user, phone: '+4930123456' });
    return { input: { user } };
  },
  verifyPhone: iam => sentCode(iam, 'phone_code'),
  confirmPhone: async iam => {
    const user = await iam.user();
    await iam.commands.changePhone(iam.owner, { user, phone: '+4930123456' });
    return { input: { user } };
  },
  removePhone: async iam => {
    const user = await iam.user();
    await iam.commands.changePhone(iam.owner, { user, phone: '+4930123456' });
    return { input: { user } };
  },
  setUserMetadata: async iam => ({
    input: { user: await iam.user(), key: 'room', value: '7' },
  }),
  removeUserMetadata: async iam => {
    const user = await iam.user();
    const entry = { user, key: 'room' };
    await iam.commands.setUserMetadata(iam.owner, { ...entry, value: '7' });
    return { input: entry };
  },
  changeAvatar: async iam => ({
    input: { user: await iam.user(), image: 'a'.repeat(43) },
  }),
  removeAvatar: async iam => {
    const user = await iam.user();
    const image = 'a'.repeat(43);
    await iam.commands.changeAvatar(iam.owner, { user, image });
    return { input: { user } };
  },
  lockUser: async iam => ({
    input: { user: await iam.user(), until: soon() },
  }),
  unlockUser: async iam => {
    const user = await iam.user();
    await iam.commands.lockUser(iam.owner, { user });
    return { input: { user } };
  },
  deactivateUser: async iam => ({ input: { user: await iam.user() } }),
  reactivateUser: async iam => {
    const user = await iam.user();
    await iam.commands.deactivateUser(iam.owner, { user });
    return { input: { user } };
  },
  removeUser: async iam => ({ input: { user: await iam.user() } }),
  eraseUser: async iam => ({ input: { user: await iam.user() } }),

  createSecret: async iam => ({ input: { user: await iam.machine() } }),
  removeSecret: async iam => ({
    input: { user: (await machineWithCredentials(iam)).user },
  }),
  addKey: async iam => ({
    input: {
      user: await iam.machine(),
      publicKey: makeKeyPair().publicKey,
      expiresAt: soon(),
    },
  }),
  createKey: async iam => ({
    input: { user: await iam.machine(), expiresAt: soon() },
  }),
  removeKey: async iam => {
    const { user, key } = await machineWithCredentials(iam);
    return { input: { user, key } };
  },
  createToken: async iam => ({
    input: {
      user: iam.ownerId,
      name: iam.name('token'),
      scopes: ['iam.user.read'],
      expiresAt: soon(),
    },
  }),
  revokeToken: async iam => {
    const { user, token } = await machineWithCredentials(iam);
    return { input: { user, token } };
  },

  createGroup: async iam => ({
    input: { organization: iam.home, ...content(iam, 'g') },
  }),
  changeGroup: async iam => ({
    input: { group: await iam.group(), ...content(iam, 'g') },
  }),
  setGroupMetadata: async iam => ({
    input: { group: await iam.group(), key: 'k', value: 'v' },
  }),
  removeGroupMetadata: async iam => {
    const group = await iam.group();
    await iam.commands.setGroupMetadata(iam.owner, {
      group,
      key: 'k',
      value: 'v',
    });
    return { input: { group, key: 'k' } };
  },
  removeGroup: async iam => ({ input: { group: await iam.group() } }),
  addMember: async iam => ({
    input: { group: await iam.group(), user: await iam.user() },
  }),
  removeMember: async iam => {
    const input = { group: await iam.group(), user: await iam.user() };
    await iam.commands.addMember(iam.owner, input);
    return { input };
  },
  addSubgroup: async iam => ({
    input: { parent: await iam.group(), child: await iam.group() },
  }),
  removeSubgroup: async iam => {
    const input = { parent: await iam.group(), child: await iam.group() };
    await iam.commands.addSubgroup(iam.owner, input);
    return { input };
  },

  createProject: async iam => ({
    input: { organization: iam.home, ...content(iam, 'p') },
  }),
  changeProject: async iam => ({
    input: { project: await iam.project(), ...content(iam, 'p') },
  }),
  deactivateProject: async iam => ({ input: { project: await iam.project() } }),
  reactivateProject: async iam => {
    const project = await iam.project();
    await iam.commands.deactivateProject(iam.owner, { project });
    return { input: { project } };
  },
  removeProject: async iam => ({ input: { project: await iam.project() } }),
  addRole: async iam => ({ input: { project: await iam.project(), ...role } }),
  changeRole: async iam => ({
    input: { project: await iam.project(), ...role, key: 'reader' },
  }),
  removeRole: async iam => ({
    input: { project: await iam.project(), key: 'reader', withGrants: true },
  }),
  delegateProject: async iam => ({
    input: {
      project: await iam.project(),
      organization: await iam.organization(),
      roles: ['reader'],
    },
  }),
  changeDelegation: async iam => ({
    input: { ...(await delegation(iam)), roles: ['writer'] },
  }),
  deactivateDelegation: async iam => ({ input: await delegation(iam) }),
  reactivateDelegation: async iam => {
    const input = await delegation(iam);
    await iam.commands.deactivateDelegation(iam.owner, input);
    return { input };
  },
  endDelegation: async iam => ({ input: await delegation(iam) }),
  changeGrants: async iam => ({
    input: {
      changes: [
        {
          subject: await iam.user(),
          project: await iam.project(),
          role: 'reader',
          granted: true,
          expiresAt: soon(),
        },
      ],
    },
  }),

  createAdministratorRole: async iam => ({
    input: {
      organization: iam.home,
      key: iam.name('role'),
      level: 'organization',
      name: 'Looker',
      description: 'Looks',
      permissions: ['iam.user.read'],
    },
  }),
  changeAdministratorRole: async iam => ({
    input: {
      administratorRole: await administratorRole(iam),
      name: 'Other',
      description: 'Other',
      permissions: ['iam.group.read'],
    },
  }),
  removeAdministratorRole: async iam => ({
    input: {
      administratorRole: await administratorRole(iam),
      withAssignments: true,
    },
  }),
  assignAdministrator: async iam => ({
    input: {
      scope: instanceAggregateId(iam.instance),
      subject: await iam.user(),
      role: 'instance-viewer',
      expiresAt: soon(),
    },
  }),
  unassignAdministrator: async iam => {
    const input = {
      scope: await iam.organization(),
      subject: await iam.user(),
      role: 'organization-viewer',
    };
    await iam.commands.assignAdministrator(iam.owner, input);
    return { input };
  },

  setPolicy: async iam => ({
    input: {
      owner: await iam.organization(),
      policy: 'label',
      settings: { ...builtInPolicies.label, name: 'Acme' },
      enforced: false,
    },
  }),
  resetPolicy: async iam => {
    const owner = await iam.organization();
    await iam.commands.setPolicy(iam.owner, {
      owner,
      policy: 'label',
      settings: { ...builtInPolicies.label, name: 'Acme' },
    });
    return { input: { owner, policy: 'label' } };
  },
};
